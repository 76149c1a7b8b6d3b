// SPDX-License-Identifier: Apache-2.0

import PCIDevices
public import ProviderKit

/// The settings of the PCI provider: what counts towards which resource.
///
///     {"rules": [{"resource": "nvidia.com/gpu", "vendors": ["10de"], "classes": ["0302"], "ids": "uuid"}],
///      "presets": true, "groups": [["0000:17:00.0", "0000:65:00.0"]],
///      "nvlink": "/etc/numa-hints/topo.txt", "pollSeconds": 5}
public struct PCISettings: Hashable, Sendable {
    /// In the order in which they are tried; the first that matches counts.
    public var rules: [PCIRule]
    /// Addresses of devices that belong together, whatever bridge they are under.
    public var groups: [[String]]
    /// A file with the output of `nvidia-smi topo -m`.
    public var nvlink: String?
    /// Does as the kubelet where it is at fault; docs/kubelet-differences.md says where.
    public var imitatesKubelet: Bool
    /// How old what is known of the devices may be when a running host asks, in seconds.
    public var pollSeconds: UInt64

    /// What an object says.
    public init(_ object: SettingsObject) throws(ProviderError) {
        try object.allow(["compat", "groups", "nvlink", "pollSeconds", "presets", "rules"])
        var rules: [PCIRule] = []
        for entry in try object.objects("rules") ?? [] { rules.append(try PCIRule(entry)) }
        let own = Set(rules.map(\.resource))
        self.rules = rules + (try Self.builtIn(object)).filter { !own.contains($0.resource) }
        groups = try Self.groups(object)
        nvlink = try object.string("nvlink")
        imitatesKubelet = try object.word("compat", of: ["none", "kubelet"]) == "kubelet"
        pollSeconds = try object.number("pollSeconds") ?? 5
    }

    /// `true`: all but the optional ones; `false`: none; else those that are named.
    private static func builtIn(_ object: SettingsObject) throws(ProviderError) -> [PCIRule] {
        guard object.has("presets") else { return PCIRule.builtIn }
        if let flag = try? object.bool("presets") { return flag ? PCIRule.builtIn : [] }
        let known = PCIRule.builtIn + PCIRule.optional
        var rules: [PCIRule] = []
        for (place, name) in (try object.strings("presets") ?? []).enumerated() {
            guard let rule = known.first(where: { $0.resource == name }) else {
                let names = known.map(\.resource).joined(separator: ", ")
                throw .setting("\(object.path).presets[\(place)] is \"\(name)\"; built in are \(names)")
            }
            rules.append(rule)
        }
        return rules
    }

    private static func groups(_ object: SettingsObject) throws(ProviderError) -> [[String]] {
        var groups: [[String]] = []
        var places: [String: Int] = [:]
        for (place, texts) in (try object.stringLists("groups") ?? []).enumerated() {
            var group: [String] = []
            for text in texts {
                guard let address = PCIAddress(text)?.description else {
                    throw .setting(
                        "\(object.path).groups[\(place)] must name addresses like \"0000:3b:00.0\", found \"\(text)\"")
                }
                if let first = places.updateValue(place, forKey: address) {
                    throw .setting(
                        "\(object.path).groups[\(place)] names \(address), which groups[\(first)] has already")
                }
                group.append(address)
            }
            groups.append(group)
        }
        return groups
    }
}

extension PCIRule {
    /// What an entry of `rules` says.
    init(_ entry: SettingsObject) throws(ProviderError) {
        try entry.allow(PCISelector.members + ["resource", "ids", "uuids", "cdi", "env", "mounts"])
        let resource = try entry.resourceName("resource")
        self.init(resource: resource, selector: try PCISelector(entry))
        guard selector != PCISelector() else {
            throw .setting("\(entry.path) names no devices: give one of \(PCISelector.members.joined(separator: ", "))")
        }
        if let word = try entry.word("ids", of: Naming.allCases.map(\.rawValue)) {
            naming = Naming(rawValue: word) ?? .address
        }
        for (name, uuid) in try entry.texts("uuids") {
            guard let address = PCIAddress(name)?.description, !uuid.isEmpty else {
                throw .setting("\(entry.path).uuids must map addresses to UUIDs, found \"\(name)\": \"\(uuid)\"")
            }
            uuids[address] = uuid
        }
        cdi = try entry.string("cdi")
        environment = try entry.texts("env").map { Variable($0.name, $0.value) }
        mounts = try entry.strings("mounts") ?? []
    }
}
