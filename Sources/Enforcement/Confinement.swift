// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Where the tasks of one container may run, and of which nodes their memory may be.
public struct Confinement: Hashable, Sendable {
    /// Huge pages of one size.
    public struct Hugepages: Hashable, Sendable {
        /// Of one page, in bytes.
        public var size: UInt64
        /// The most that may be used, in bytes.
        public var bytes: UInt64

        public init(size: UInt64, bytes: UInt64) {
            self.size = size
            self.bytes = bytes
        }
    }

    /// Never empty.
    public var cpus: CPUSet
    /// Never empty.
    public var nodes: NUMANodeMask
    /// In ascending order of size; sizes that are not named are left as they are.
    public var hugepages: [Hugepages]
    /// Whether the CPUs are to be kept from all others by the kernel; nil leaves that as it is.
    public var partition: CpusetPartition?

    public init(
        cpus: CPUSet, nodes: NUMANodeMask, hugepages: [Hugepages] = [], partition: CpusetPartition? = nil
    ) {
        self.cpus = cpus
        self.nodes = nodes
        self.hugepages = hugepages
        self.partition = partition
    }

    /// What a container's pieces come to.
    ///
    /// - Parameters:
    ///   - shared: the CPUs of those that have none of their own.
    ///   - all: the nodes of those that hold no memory.
    public init(_ pieces: [Assignment], shared: CPUSet, all: NUMANodeMask) {
        var (cpus, nodes) = (CPUSet(), NUMANodeMask())
        var pages: [UInt64: UInt64] = [:]
        for piece in pieces {
            switch piece.piece {
            case .cpus(let own): cpus = cpus.union(own)
            case .memory(let mask, let bytes, _):
                nodes = nodes.union(mask)
                if let size = piece.resource.hugepageSize { pages[size, default: 0] += bytes }
            case .device: break
            }
        }
        self.init(
            cpus: cpus.isEmpty ? shared : cpus, nodes: nodes.isEmpty ? all : nodes,
            hugepages: pages.keys.sorted().map { Hugepages(size: $0, bytes: pages[$0] ?? 0) })
    }
}
