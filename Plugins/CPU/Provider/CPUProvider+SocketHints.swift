// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit

/// Hints with align-by-socket: masks of as few sockets as can be are preferred too.
///
/// A capacity prefers by the number of nodes alone, so these masks are listed one by one.
extension CPUProvider {
    /// Masks are listed up to so many nodes; on larger machines the option changes the allocation alone.
    static let mostNodesListed = 12

    /// Whether preferred masks are found by sockets too.
    var hintsBySocket: Bool { settings.has(.alignBySocket) && nodes.count <= Self.mostNodesListed }

    /// The hints that a capacity stands for, of which those that span as few sockets as the smallest
    /// mask needs are preferred too.
    ///
    /// Source: KEP-3327, "CPU Manager socket alignment".
    func socketHints(_ capacity: Capacity) -> [TopologyHint] {
        let pools = capacity.pools.filter { $0.nodes.isSubset(of: capacity.universe) }
        var smallest = nodes.count
        var fitting: [(mask: NUMANodeMask, sockets: Int)] = []
        for count in stride(from: 1, through: pools.count, by: 1) {
            for places in Combinations(of: Array(pools.indices), count: count) {
                let total = places.reduce(UInt64(0)) { $0.addingClamped(pools[$1].total) }
                if total >= capacity.need { smallest = min(smallest, count) }
                let free = places.reduce(UInt64(0)) { $0.addingClamped(pools[$1].free) }
                let mask = places.reduce(NUMANodeMask()) { $0.union(pools[$1].nodes) }
                guard free >= capacity.need, capacity.mustMeet.allSatisfy(mask.intersects) else { continue }
                fitting.append((mask, sockets(of: mask)))
            }
        }
        let fewestSockets = sockets(for: smallest)
        return fitting.map { mask, sockets in
            TopologyHint(nodes: mask, isPreferred: mask.count == smallest || sockets == fewestSockets)
        }
    }

    /// How many sockets so many nodes need; nil where a socket is smaller than a node.
    private func sockets(for nodes: Int) -> Int? {
        let counts = picker.topology.counts
        guard counts.sockets > 0, counts.nodes >= counts.sockets else { return nil }
        let perSocket = counts.nodes / counts.sockets
        return (nodes + perSocket - 1) / perSocket
    }

    private func sockets(of mask: NUMANodeMask) -> Int {
        let cpus = mask.reduce(CPUSet()) { $0.union(picker.topology.members(of: $1, .node)) }
        return picker.topology.groups(.socket, of: cpus).count
    }
}
