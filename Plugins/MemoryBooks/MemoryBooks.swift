// SPDX-License-Identifier: Apache-2.0

public import NUMACore
public import ProviderKit

/// The memory and huge pages of a machine, node by node, and which container has how much of them.
///
/// The providers of memory and of huge pages each keep the books of both, so that equal histories give
/// them equal books.
public struct MemoryBooks: Sendable {
    /// What one node has to give.
    public struct Node: Hashable, Sendable {
        public var id: Int
        /// By type; every type of the machine is named, also with 0.
        public var allocatable: ResourceAmounts
    }

    /// Bytes of one type that one container has on a mask.
    public struct Block: Hashable, Sendable {
        public var holder: PodHolder
        public var resource: ResourceName
        /// The nodes that were chosen together.
        public var nodes: NUMANodeMask
        /// Where the bytes are, ascending by node.
        public var shares: [Assignment.Share]
        /// The init container that had them.
        public var takenFrom: String?

        public var bytes: UInt64 { shares.reduce(0) { $0.addingClamped($1.bytes) } }
    }

    /// The names of a pod's containers, in its order.
    struct PodOrder: Hashable, Sendable {
        var uid: String
        var containers: [String]
    }

    /// Ascending by id.
    public let nodes: [Node]
    /// In the order in which they were given.
    public internal(set) var blocks: [Block] = []
    var pods: [PodOrder] = []

    public init(nodes: [Node]) { self.nodes = nodes }

    /// The books of a machine: system memory is a node's memory without its huge pages, and of a
    /// device's memory none, unless the settings say otherwise.
    public init(_ machine: Machine, _ settings: MemorySettings) throws(ProviderError) {
        let sizes = Set(machine.nodes.flatMap { $0.hugepages.map(\.pageSize) }).sorted()
        var nodes: [Node] = []
        for node in machine.nodes where settings.includesDeviceMemory || !node.isDeviceMemory {
            let huge = node.hugepages.reduce(UInt64(0)) { $0.addingClamped($1.totalBytes) }
            var amounts: ResourceAmounts = [.memory: node.memoryBytes - min(huge, node.memoryBytes)]
            for size in sizes {
                amounts[.hugepages(size: size)] =
                    node.hugepages.first { $0.pageSize == size }?.totalBytes ?? 0
            }
            nodes.append(Node(id: node.id, allocatable: amounts))
        }
        for entry in settings.reserved { try Self.reserve(entry, in: &nodes) }
        self.init(nodes: nodes)
    }

    private static func reserve(
        _ entry: MemorySettings.Reservation, in nodes: inout [Node]
    ) throws(ProviderError) {
        guard let place = nodes.firstIndex(where: { $0.id == entry.node }) else {
            throw .setting("settings.reservedMemory names node \(entry.node), which has no system memory")
        }
        let (resource, there) = (entry.resource, nodes[place].allocatable[entry.resource] ?? 0)
        guard entry.bytes <= there else {
            throw .setting(
                "settings.reservedMemory reserves \(resource.text(of: entry.bytes)) of \(resource) on node "
                    + "\(entry.node), which has \(resource.text(of: there))")
        }
        if entry.bytes > 0 { nodes[place].allocatable[resource] = there - entry.bytes }
    }

    /// All nodes that have something to give, and those that could.
    public var nodeMask: NUMANodeMask { NUMANodeMask(nodes.map(\.id)) }

    /// Whether any node has memory of this type to give.
    public func has(_ resource: ResourceName) -> Bool {
        nodes.contains { ($0.allocatable[resource] ?? 0) > 0 }
    }

    /// What is free of a type on a node.
    public func free(_ resource: ResourceName, on node: Node) -> UInt64 {
        var free = node.allocatable[resource] ?? 0
        for block in blocks where block.resource == resource {
            for share in block.shares where share.node == node.id { free -= min(free, share.bytes) }
        }
        return free
    }

    /// The masks on which something is, which are used together or not at all; each once.
    public var groups: [NUMANodeMask] {
        blocks.reduce(into: []) { if !$0.contains($1.nodes) { $0.append($1.nodes) } }
    }

    /// What ordinary init containers of the pod have on a mask, but for the one named.
    public func reusable(
        _ resource: ResourceName, on mask: NUMANodeMask? = nil, inPod uid: String, but name: String?
    ) -> [Int] {
        blocks.indices.filter {
            let block = blocks[$0]
            return block.resource == resource && block.holder.podUID == uid && block.holder.container != name
                && block.holder.kind == .initialization && mask.map { $0 == block.nodes } ?? true
        }
    }

    /// Notes the order of the request's pod.
    mutating func note(_ pod: PodSpec) {
        pods.removeAll { $0.uid == pod.uid }
        pods.append(PodOrder(uid: pod.uid, containers: pod.containers.map(\.name)))
    }

    /// Frees what a holder has.
    public mutating func release(_ holder: Holder) {
        blocks.removeAll { $0.holder.isPart(of: holder) }
        pods.removeAll { pod in !blocks.contains { $0.holder.podUID == pod.uid } }
    }

    /// A container started: what ordinary init containers before it have is free.
    public mutating func started(_ holder: Holder) {
        guard let pod = pods.first(where: { $0.uid == holder.podUID }), let name = holder.container,
            let place = pod.containers.firstIndex(of: name)
        else { return }
        let before = Set(pod.containers[..<place])
        blocks.removeAll {
            $0.holder.podUID == pod.uid && $0.holder.kind == .initialization
                && before.contains($0.holder.container)
        }
    }
}
