// SPDX-License-Identifier: Apache-2.0

import Enforcement
import MachineTopology
public import NUMACore

/// What the kernel has free on a node at this moment: nobody has it, not even the page cache.
public struct NodeMemory: Hashable, Sendable {
    public var node: Int
    /// Ordinary memory in bytes; nil where the kernel does not say.
    public var free: UInt64?
    /// By ascending page size.
    public var hugepages: [Machine.HugepagePool]
}

extension NodeAllocator {
    /// What the kernel has free, in ascending order of node, and which of its files are broken. Empty where the machine
    /// has no files of a kernel.
    public func freeMemory() -> (nodes: [NodeMemory], problems: [String]) {
        guard let root else { return ([], []) }
        let live = LiveMemory(root: root, nodes: machine.nodes.map(\.id))
        let nodes = machine.nodes.map { node in
            func free(_ resource: ResourceName) -> UInt64? {
                live.amounts.first { $0.node == node.id && $0.resource == resource }?.bytes
            }
            let pools = node.hugepages.map { pool in
                Machine.HugepagePool(
                    pageSize: pool.pageSize, totalBytes: pool.totalBytes, freeBytes: free(pool.resource))
            }
            return NodeMemory(node: node.id, free: free(.memory), hugepages: pools)
        }
        return (nodes, live.problems)
    }

    /// Whether the kernel moves pages to where they are used, by itself; nil if it does not say.
    public var balancesNUMA: Bool? { root.flatMap { ProcFiles(root: $0).balancesNUMA } }
}
