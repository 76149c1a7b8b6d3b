// SPDX-License-Identifier: Apache-2.0

public import NUMACore
public import ProviderKit

/// The settings of the memory and hugepages providers; both are given the same ones.
///
///     {"policy": "static", "reservedMemory": [{"node": 0, "resource": "memory", "bytes": 1073741824}],
///      "includeDeviceMemory": false, "compat": "none"}
public struct MemorySettings: Hashable, Sendable {
    public enum Policy: String, Hashable, Sendable, CaseIterable {
        /// Nothing is counted.
        case none
        /// The memory of Guaranteed pods is counted node by node.
        case `static`
    }

    /// An amount on a node that no container is given.
    public struct Reservation: Hashable, Sendable {
        public var node: Int
        public var resource: ResourceName
        public var bytes: UInt64

        public init(node: Int, resource: ResourceName, bytes: UInt64) {
            self.node = node
            self.resource = resource
            self.bytes = bytes
        }
    }

    public var policy: Policy
    public var reserved: [Reservation]
    /// Offers the memory of devices as system memory too.
    public var includesDeviceMemory: Bool
    /// Does as the kubelet where it is at fault; docs/kubelet-differences.md says where.
    public var imitatesKubelet: Bool

    public init(
        policy: Policy = .static, reserved: [Reservation] = [], includesDeviceMemory: Bool = false,
        imitatesKubelet: Bool = false
    ) {
        self.policy = policy
        self.reserved = reserved
        self.includesDeviceMemory = includesDeviceMemory
        self.imitatesKubelet = imitatesKubelet
    }

    /// The settings that an object says; amounts are checked by ``MemoryBooks``.
    public init(_ object: SettingsObject) throws(ProviderError) {
        try object.allow(["policy", "reservedMemory", "includeDeviceMemory", "compat"])
        let word = try object.word("policy", of: Policy.allCases.map(\.rawValue))
        policy = word.flatMap(Policy.init) ?? .static
        includesDeviceMemory = try object.bool("includeDeviceMemory") ?? false
        imitatesKubelet = try object.word("compat", of: ["none", "kubelet"]) == "kubelet"
        reserved = []
        for entry in try object.objects("reservedMemory") ?? [] {
            reserved.append(try Self.reservation(entry, after: reserved))
        }
    }

    private static func reservation(
        _ entry: SettingsObject, after known: [Reservation]
    ) throws(ProviderError) -> Reservation {
        try entry.allow(["node", "resource", "bytes"])
        let node = try entry.required("node", entry.number("node"))
        let resource = ResourceName(try entry.required("resource", entry.string("resource")))
        let bytes = try entry.required("bytes", entry.number("bytes"))
        guard resource == .memory || resource.hugepageSize != nil else {
            throw .setting("\(entry.path).resource must be memory or hugepages-<size>, found \"\(resource)\"")
        }
        let made = Reservation(node: Int(clamping: node), resource: resource, bytes: bytes)
        guard !known.contains(where: { $0.node == made.node && $0.resource == resource }) else {
            throw .setting("\(entry.path) reserves \(resource) on node \(node) a second time")
        }
        return made
    }
}
