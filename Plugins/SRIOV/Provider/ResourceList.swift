// SPDX-License-Identifier: Apache-2.0

import PCIDevices
import ProviderKit

/// Reads `resourceList`, as the SR-IOV network device plugin has it, unchanged.
///
/// Source: k8snetworkplumbingwg/sriov-network-device-plugin, README, "Configurations".
struct ResourceList {
    var pools: [NetworkPool] = []
    var unknown: [String] = []

    init() {}

    /// - Parameter prefix: of resources that do not say their own.
    init(_ object: SettingsObject, prefix: String) throws(ProviderError) {
        var places: [String: String] = [:]
        for entry in try object.required("resourceList", object.objects("resourceList")) {
            let pool = try pool(entry, prefix)
            if let first = places.updateValue(entry.path, forKey: pool.resource) {
                throw .setting("\(entry.path) is \(pool.resource), which \(first) is already")
            }
            pools.append(pool)
        }
    }

    private mutating func pool(_ entry: SettingsObject, _ prefix: String) throws(ProviderError) -> NetworkPool {
        note(
            entry,
            ["additionalInfo", "deviceType", "excludeTopology", "resourceName", "resourcePrefix", "selectors"])
        let name = try entry.required("resourceName", entry.string("resourceName"))
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
        else { throw .setting("\(entry.path).resourceName must be letters, digits, - and _, found \"\(name)\"") }
        let word = try entry.string("deviceType") ?? NetworkPool.Kind.network.rawValue
        guard let kind = NetworkPool.Kind(rawValue: word) else {
            let known = NetworkPool.Kind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
            throw .setting("\(entry.path).deviceType must be \(known), found \"\(word)\"")
        }
        var selectors: [NetworkSelector] = []
        for selector in try entry.oneOrMoreObjects("selectors") ?? [] {
            selectors.append(try self.selector(selector, kind))
        }
        // Without selectors the device plugin has an empty pool, and says nothing of it.
        var pool = NetworkPool(prefix: prefix, name: name, kind: kind, selectors: selectors)
        if let prefix = try entry.string("resourcePrefix"), !prefix.isEmpty {
            guard !prefix.contains("/"), !prefix.contains(" ") else {
                throw .setting("\(entry.path).resourcePrefix must be like \"intel.com\", found \"\(prefix)\"")
            }
            pool.prefix = prefix
        }
        pool.excludesTopology = try entry.bool("excludeTopology") ?? false
        if let additional = try entry.object("additionalInfo") {
            for address in additional.names {
                pool.additional[address] = Dictionary(try additional.texts(address)) { $1 }
            }
        }
        return pool
    }

    private mutating func selector(
        _ entry: SettingsObject, _ kind: NetworkPool.Kind
    ) throws(ProviderError) -> NetworkSelector {
        let common = ["acpiIndexes", "devices", "drivers", "pciAddresses", "vendors"]
        let network = [
            "ddpProfiles", "isRdma", "linkTypes", "needVhostNet", "pKeys", "pfNames", "rootDevices", "vdpaType",
        ]
        note(entry, kind == .network ? common + network : common)
        var selector = NetworkSelector()
        selector.vendors = try entry.values("vendors", "a vendor like \"8086\"", PCISelector.id) ?? []
        selector.devices = try entry.values("devices", "a device like \"154c\"", PCISelector.id) ?? []
        selector.drivers = try entry.strings("drivers") ?? []
        selector.addresses =
            try entry.values("pciAddresses", "an address like \"0000:03:02.0\"") { PCIAddress($0)?.description } ?? []
        selector.acpiIndexes = try entry.strings("acpiIndexes") ?? []
        guard kind == .network else { return selector }
        let range = "the name of a physical function, with or without a range like \"ens1f0#0-3,5\""
        selector.physicalInterfaces = try entry.values("pfNames", range, FunctionRange.init) ?? []
        selector.rootDevices =
            try entry.values(
                "rootDevices", "the address of a physical function, with or without a range like \"0000:86:00.0#0-3\""
            ) { text in FunctionRange(text).flatMap { PCIAddress($0.owner) == nil ? nil : $0 } } ?? []
        selector.linkTypes = try entry.strings("linkTypes") ?? []
        selector.partitionKeys = try entry.strings("pKeys") ?? []
        selector.isRDMA = try entry.bool("isRdma") ?? false
        selector.needsVhostNet = try entry.bool("needVhostNet") ?? false
        selector.vdpaKind = try entry.word("vdpaType", of: ["vhost", "virtio"])
        if selector.isRDMA, selector.vdpaKind != nil {
            throw .setting("\(entry.path) has both isRdma and vdpaType: a function is one or the other")
        }
        if let profiles = try entry.strings("ddpProfiles"), !profiles.isEmpty {
            throw .setting(
                "\(entry.path).ddpProfiles is not supported: which profile a card has loaded is not in sysfs")
        }
        return selector
    }

    private mutating func note(_ entry: SettingsObject, _ known: [String]) {
        unknown += entry.names.filter { !known.contains($0) }.map {
            "\(entry.path).\($0) is not known and counts for nothing"
        }
    }
}
