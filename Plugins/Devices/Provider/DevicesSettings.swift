// SPDX-License-Identifier: Apache-2.0

public import NUMACore
public import ProviderKit

/// The settings of the devices provider: an inventory.
///
///     {"devices": [{"id": "gpu-0", "resource": "nvidia.com/gpu", "nodes": [0], "healthy": true,
///                   "group": "board-0", "path": ["0000:15:01.0", "0000:17:00.0"]}],
///      "compat": "none"}
///
/// `group`: what is better taken together. `path`: PCI addresses from the root port to the device, as a list or joined
/// by "/". `nodes` null or absent: the platform does not say; []: near to every node, and to none for the kubelet.
public struct DevicesSettings: Hashable, Sendable {
    public var devices: [PooledDevice]
    /// Does as the kubelet where it is at fault; docs/kubelet-differences.md says where.
    public var imitatesKubelet: Bool

    public init(devices: [PooledDevice], imitatesKubelet: Bool = false) {
        self.devices = devices
        self.imitatesKubelet = imitatesKubelet
    }

    /// The inventory that an object says.
    ///
    /// - Parameter known: the nodes that there are; nil to accept any.
    public init(_ object: SettingsObject, nodes known: NUMANodeMask?) throws(ProviderError) {
        try object.allow(["devices", "compat"])
        imitatesKubelet = try object.word("compat", of: ["none", "kubelet"]) == "kubelet"
        devices = []
        var ids: [String: String] = [:]
        for entry in try object.objects("devices") ?? [] {
            let device = try Self.device(entry, nodes: known, emptyMeansAny: !imitatesKubelet)
            if let first = ids.updateValue(entry.path, forKey: device.id) {
                throw .setting("\(entry.path).id is \"\(device.id)\", which \(first) has already")
            }
            devices.append(device)
        }
    }

    private static func device(
        _ entry: SettingsObject, nodes known: NUMANodeMask?, emptyMeansAny: Bool
    ) throws(ProviderError) -> PooledDevice {
        try entry.allow(["id", "resource", "nodes", "healthy", "group", "path"])
        let id = try entry.required("id", entry.string("id"))
        guard !id.isEmpty else { throw .setting("\(entry.path).id is empty") }
        let name = try entry.resourceName("resource")
        var locality = Locality.unknown
        if let nodes = try entry.numbers("nodes") {
            let mask = NUMANodeMask(nodes)
            let others = known.map { mask.subtracting($0) } ?? []
            guard others.isEmpty else {
                throw .setting("\(entry.path).nodes names nodes that are not there: \(others.list)")
            }
            locality = mask.isEmpty && emptyMeansAny ? .any : .nodes(mask)
        }
        return PooledDevice(
            id: id, resource: ResourceName(name), locality: locality,
            isHealthy: try entry.bool("healthy") ?? true, group: try group(entry), path: try path(entry))
    }

    private static func group(_ entry: SettingsObject) throws(ProviderError) -> String? {
        guard let group = try entry.string("group") else { return nil }
        guard !group.isEmpty else { throw .setting("\(entry.path).group is empty") }
        return group
    }

    /// The addresses in lower case, joined by "/".
    private static func path(_ entry: SettingsObject) throws(ProviderError) -> String? {
        guard let parts = try entry.strings("path", separator: "/") else { return nil }
        guard !parts.isEmpty else { throw .setting("\(entry.path).path is empty") }
        for (place, part) in parts.enumerated() {
            guard isAddress(part) else {
                throw .setting(
                    "\(entry.path).path must have PCI addresses like 0000:17:00.0, from the root port to the device, "
                        + "found \"\(part)\"")
            }
            guard !parts[..<place].contains(part) else {
                throw .setting("\(entry.path).path has \(part) twice")
            }
        }
        return parts.joined(separator: "/").lowercased()
    }

    /// Domain of four digits or more, bus, device and function, in hexadecimal digits.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, (4...8).contains(parts[0].utf8.count), parts[1].utf8.count == 2 else { return false }
        let own = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard own.count == 2, own[0].utf8.count == 2, own[1].utf8.count == 1 else { return false }
        let digits = parts[0].utf8 + Array(parts[1].utf8) + Array(own[0].utf8)
        return digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit } && ("0"..."7").contains(own[1])
    }
}
