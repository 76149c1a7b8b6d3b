// SPDX-License-Identifier: Apache-2.0

/// What a machine is: its NUMA nodes, CPUs, distances and PCI devices, live or recorded.
public struct Machine: Hashable, Sendable {
    /// Ascending by id.
    public var nodes: [Node]
    /// Ascending by id; off-line CPUs too.
    public var cpus: [CPU]
    /// Nil where the platform does not say.
    public var distances: Distances?
    /// PCI devices without bridges, ascending by address.
    public var devices: [Device]

    public init(nodes: [Node], cpus: [CPU], distances: Distances? = nil, devices: [Device] = []) {
        self.nodes = nodes
        self.cpus = cpus
        self.distances = distances
        self.devices = devices
    }

    /// The ids of all nodes.
    public var nodeMask: NUMANodeMask { NUMANodeMask(nodes.map(\.id)) }

    /// A NUMA node.
    public struct Node: Hashable, Sendable {
        public var id: Int
        /// The usable CPUs whose node this is; empty for a node that is memory alone.
        public var cpus: CPUSet
        /// The usable CPUs that are nearest to it.
        public var localCPUs: CPUSet
        /// All memory of the node, its huge pages included, in bytes.
        public var memoryBytes: UInt64
        /// By ascending page size; ordinary pages are not listed.
        public var hugepages: [HugepagePool]
        /// What kind of memory this is, where it is known: `DRAM`, `HBM`, `NVM`, `MCDRAM`, `GPUMemory`.
        public var memoryKind: String?
        /// The memory belongs to a device (a GPU), and is not system memory.
        public var isDeviceMemory: Bool

        public init(
            id: Int, cpus: CPUSet, localCPUs: CPUSet, memoryBytes: UInt64, hugepages: [HugepagePool] = [],
            memoryKind: String? = nil, isDeviceMemory: Bool = false
        ) {
            self.id = id
            self.cpus = cpus
            self.localCPUs = localCPUs
            self.memoryBytes = memoryBytes
            self.hugepages = hugepages
            self.memoryKind = memoryKind
            self.isDeviceMemory = isDeviceMemory
        }
    }

    /// The huge pages of one size on one node.
    public struct HugepagePool: Hashable, Sendable {
        /// Of one page, in bytes.
        public var pageSize: UInt64
        public var totalBytes: UInt64
        /// Nil where it is not known, as in hwloc XML.
        public var freeBytes: UInt64?

        public init(pageSize: UInt64, totalBytes: UInt64, freeBytes: UInt64?) {
            self.pageSize = pageSize
            self.totalBytes = totalBytes
            self.freeBytes = freeBytes
        }

        public var resource: ResourceName { .hugepages(size: pageSize) }
    }

    /// A logical CPU. Die, last-level cache and core are named by the lowest CPU in them.
    public struct CPU: Hashable, Sendable {
        public var id: Int
        public var node: Int
        public var socket: Int
        public var die: Int
        /// The last-level cache.
        public var cache: Int
        public var core: Int
        /// Rank of its kind of core, 0 the slowest.
        public var speed: Int
        public var isOnline: Bool
        /// To be used, by the cpuset of whoever read the machine.
        public var isAllowed: Bool

        public init(
            id: Int, node: Int, socket: Int, die: Int, cache: Int, core: Int, speed: Int = 0,
            isOnline: Bool = true, isAllowed: Bool = true
        ) {
            self.id = id
            self.node = node
            self.socket = socket
            self.die = die
            self.cache = cache
            self.core = core
            self.speed = speed
            self.isOnline = isOnline
            self.isAllowed = isAllowed
        }
    }
}
