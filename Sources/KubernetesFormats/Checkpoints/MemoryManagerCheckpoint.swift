// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// The file `memory_manager_state` of the kubelet: memory of each node, and what containers hold of it.
public struct MemoryManagerCheckpoint: Hashable, Sendable {
    /// Memory of one type on one node, in bytes.
    public struct Table: Hashable, Sendable {
        /// `memory` or `hugepages-<size>`.
        public var type: ResourceName
        public var total: UInt64
        public var systemReserved: UInt64
        public var allocatable: UInt64
        public var reserved: UInt64
        public var free: UInt64

        public init(
            type: ResourceName, total: UInt64, systemReserved: UInt64, allocatable: UInt64, reserved: UInt64,
            free: UInt64
        ) {
            (self.type, self.total, self.systemReserved) = (type, total, systemReserved)
            (self.allocatable, self.reserved, self.free) = (allocatable, reserved, free)
        }
    }

    public struct Node: Hashable, Sendable {
        public var id: Int
        /// Blocks that include the node, one for each type of memory.
        public var numberOfAssignments: Int
        /// In ascending order of type; nil is null in the file.
        public var memory: [Table]?
        /// The nodes that it forms a group with, itself included; nil is null in the file.
        public var cells: [Int]?

        public init(id: Int, numberOfAssignments: Int, memory: [Table]?, cells: [Int]?) {
            (self.id, self.numberOfAssignments, self.memory, self.cells) = (id, numberOfAssignments, memory, cells)
        }
    }

    /// Memory that a container holds on a group of nodes.
    public struct Block: Hashable, Sendable {
        /// In the file's order; nil is null in the file.
        public var numaAffinity: [Int]?
        public var type: ResourceName
        /// Bytes.
        public var size: UInt64

        public init(numaAffinity: [Int]?, type: ResourceName, size: UInt64) {
            (self.numaAffinity, self.type, self.size) = (numaAffinity, type, size)
        }
    }

    public struct Container: Hashable, Sendable {
        public var name: String
        /// In the file's order; nil is null in the file.
        public var blocks: [Block]?

        public init(name: String, blocks: [Block]?) { (self.name, self.blocks) = (name, blocks) }
    }

    public struct Pod: Hashable, Sendable {
        public var uid: String
        /// In ascending order of name; nil is null in the file.
        public var containers: [Container]?

        public init(uid: String, containers: [Container]?) { (self.uid, self.containers) = (uid, containers) }
    }

    /// `None` or `Static`.
    public var policyName: String
    /// In ascending order of number; nil is null in the file.
    public var nodes: [Node]?
    /// In ascending order of UID.
    public var pods: [Pod]
    /// False if the file says 0, which the kubelet takes unchecked.
    public var hasChecksum = true

    public init(policyName: String, nodes: [Node]?, pods: [Pod]) {
        (self.policyName, self.nodes, self.pods) = (policyName, nodes, pods)
    }
}
