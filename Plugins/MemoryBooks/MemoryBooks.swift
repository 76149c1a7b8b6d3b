// SPDX-License-Identifier: Apache-2.0

public import NUMACore
public import ProviderKit

/// The memory and huge pages of a machine, node by node, and which container has how much of them.
///
/// The books are those of the kubelet's static memory manager policy: what each node has left, how often it
/// is part of an allocation, and with which nodes it is used. The providers of memory and of huge pages each
/// keep the books of both, so that equal histories give them equal books.
///
/// Source: https://kubernetes.io/docs/tasks/administer-cluster/memory-manager/ and KEP-1769.
public struct MemoryBooks: Sendable {
    /// What one node has; amounts are in bytes, by the place of their type in `types`.
    public struct Node: Hashable, Sendable {
        public let id: Int
        /// All there is; of memory with the huge pages.
        public let total: [UInt64]
        /// What the settings keep for the system.
        public let systemReserved: [UInt64]
        /// What containers can have.
        public let allocatable: [UInt64]
        public internal(set) var free: [UInt64]
        /// How many blocks the node is part of: one for each container and type.
        public internal(set) var assignments = 0
        /// The nodes that are used together with this one, itself included.
        public internal(set) var cells: NUMANodeMask

        public init(id: Int, total: [UInt64], systemReserved: [UInt64], allocatable: [UInt64]) {
            self.id = id
            self.total = total
            self.systemReserved = systemReserved
            self.allocatable = allocatable
            free = allocatable
            cells = [id]
        }

        /// Whether an allocation is on it.
        public var isUsed: Bool { assignments > 0 }
    }

    /// Bytes of one type that one container has on a mask.
    public struct Block: Hashable, Sendable {
        public var holder: PodHolder
        /// The place of the type in `types`.
        public var type: Int
        /// The nodes that were chosen together.
        public var nodes: NUMANodeMask
        /// An init container's block shrinks by what a later container takes over, down to 0.
        public var bytes: UInt64
        /// Where the bytes are, if that was settled; otherwise they are somewhere on `nodes`.
        public var shares: [Assignment.Share] = []
        /// Parts of `bytes` that init containers had.
        public var takenOver: [TakenOver] = []
    }

    /// Bytes that a container took over from an init container of its pod.
    public struct TakenOver: Hashable, Sendable {
        public var container: String
        public var bytes: UInt64
    }

    /// What the containers of one pod have.
    struct Pod: Hashable, Sendable {
        /// The names of its containers, in their order.
        var containers: [String] = []
        /// In the order in which they were given.
        var blocks: [Block] = []
    }

    /// Bytes that an ordinary init container leaves to the containers after it, on exactly a mask.
    struct Leftover: Hashable, Sendable {
        var nodes: NUMANodeMask
        var type: Int
        var bytes: UInt64
    }

    /// Ascending: memory is among them, and the huge pages of every size that the machine has.
    public let types: [ResourceName]
    /// Ascending by id.
    public internal(set) var nodes: [Node]
    /// By UID, the pods that have blocks.
    var pods: [String: Pod] = [:]
    /// Of one pod at a time: what its init containers leave.
    var leftovers: (podUID: String, list: [Leftover]) = ("", [])

    public init(types: [ResourceName], nodes: [Node]) {
        self.types = types
        self.nodes = nodes
    }

    /// The books of a machine: system memory is a node's memory without its huge pages, and of a
    /// device's memory none, unless the settings say otherwise.
    public init(_ machine: Machine, _ settings: MemorySettings) throws(ProviderError) {
        let offered = machine.nodes.filter { settings.includesDeviceMemory || !$0.isDeviceMemory }
        for entry in settings.reserved where !offered.contains(where: { $0.id == entry.node }) {
            throw .setting("settings.reservedMemory names node \(entry.node), which has no system memory")
        }
        let sizes = Set(machine.nodes.flatMap { $0.hugepages.map(\.pageSize) }).sorted()
        let types = (sizes.map { ResourceName.hugepages(size: $0) } + [.memory]).sorted()
        var nodes: [Node] = []
        for node in offered { nodes.append(try Self.node(node, types, settings.reserved)) }
        self.init(types: types, nodes: nodes)
    }

    private static func node(
        _ node: Machine.Node, _ types: [ResourceName], _ reserved: [MemorySettings.Reservation]
    ) throws(ProviderError) -> Node {
        for entry in reserved where entry.node == node.id && entry.bytes > 0 && !types.contains(entry.resource) {
            throw excess(entry, there: 0)
        }
        let huge = node.hugepages.reduce(UInt64(0)) { $0.addingClamped($1.totalBytes) }
        var (total, kept, allocatable) = ([UInt64](), [UInt64](), [UInt64]())
        for type in types {
            let pages = node.hugepages.first { $0.resource == type }?.totalBytes ?? 0
            let there = type == .memory ? node.memoryBytes - min(huge, node.memoryBytes) : pages
            let entry = reserved.first { $0.node == node.id && $0.resource == type }
            if let entry, entry.bytes > there { throw excess(entry, there: there) }
            total.append(type == .memory ? node.memoryBytes : pages)
            kept.append(entry?.bytes ?? 0)
            allocatable.append(there - (entry?.bytes ?? 0))
        }
        return Node(id: node.id, total: total, systemReserved: kept, allocatable: allocatable)
    }

    private static func excess(_ entry: MemorySettings.Reservation, there: UInt64) -> ProviderError {
        .setting(
            "settings.reservedMemory reserves \(entry.resource.text(of: entry.bytes)) of \(entry.resource) on node "
                + "\(entry.node), which has \(entry.resource.text(of: there))")
    }

    /// All nodes of the books, also those that have nothing to give.
    public var nodeMask: NUMANodeMask { NUMANodeMask(nodes.map(\.id)) }

    /// Whether any node has memory of this type to give.
    public func has(_ resource: ResourceName) -> Bool {
        guard let type = types.firstIndex(of: resource) else { return false }
        return nodes.contains { $0.allocatable[type] > 0 }
    }

    /// What a container has, in the order in which it was given.
    public func blocks(of holder: PodHolder) -> [Block] {
        (pods[holder.podUID]?.blocks ?? []).filter { $0.holder.container == holder.container }
    }

    /// What init containers of the pod leave of a type, on exactly this mask.
    func leftover(_ type: Int, on mask: NUMANodeMask, inPod uid: String) -> UInt64 {
        guard leftovers.podUID == uid else { return 0 }
        return leftovers.list.first { $0.type == type && $0.nodes == mask }?.bytes ?? 0
    }
}
