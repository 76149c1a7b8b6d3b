// SPDX-License-Identifier: Apache-2.0

/// What the books of a provider of memory say of one node.
///
/// It is what the kubelet's file memory_manager_state says of a node.
public struct MemoryState: Hashable, Sendable {
    /// The amounts of one type, in bytes; `reserved` and `free` add up to `allocatable`.
    public struct Table: Hashable, Sendable {
        /// `memory` or `hugepages-<size>`.
        public var resource: ResourceName
        /// All there is; of memory with the huge pages.
        public var total: UInt64
        /// Kept for the system.
        public var systemReserved: UInt64
        /// What containers can have.
        public var allocatable: UInt64
        /// Of that, what they do not have.
        public var free: UInt64
        /// Of that, what they have.
        public var reserved: UInt64 { allocatable - min(free, allocatable) }

        public init(
            _ resource: ResourceName, total: UInt64, systemReserved: UInt64, allocatable: UInt64, free: UInt64
        ) {
            self.resource = resource
            self.total = total
            self.systemReserved = systemReserved
            self.allocatable = allocatable
            self.free = free
        }
    }

    public var node: Int
    /// How many allocations the node is part of: one for each container and type.
    public var assignments: Int
    /// The nodes that are used together with this one, itself included.
    public var cells: NUMANodeMask
    /// In ascending order of resource.
    public var tables: [Table]

    public init(node: Int, assignments: Int, cells: NUMANodeMask, tables: [Table]) {
        self.node = node
        self.assignments = assignments
        self.cells = cells
        self.tables = tables
    }
}
