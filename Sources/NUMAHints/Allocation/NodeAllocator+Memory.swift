// SPDX-License-Identifier: Apache-2.0

import Enforcement
import MachineTopology
package import NUMACore

/// What the kernel has free on a node at this moment: nobody has it, not even the page cache.
package struct NodeMemory: Hashable, Sendable {
    package var node: Int
    /// Ordinary memory in bytes; nil where the kernel does not say.
    package var free: UInt64?
    /// By ascending page size.
    package var hugepages: [Machine.HugepagePool]
}

extension NodeAllocator {
    /// What the kernel has free, in ascending order of node, and which of its files are broken. Empty where the machine
    /// has no files of a kernel.
    package func freeMemory() -> (nodes: [NodeMemory], problems: [String]) {
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
    package var balancesNUMA: Bool? { root.flatMap { ProcFiles(root: $0).balancesNUMA } }
}
