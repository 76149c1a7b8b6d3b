// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Distribution: as evenly as can be over the fewest nodes that allow it (distribute-cpus-across-numa).
extension CPUAccumulator {
    /// Takes what is needed in groups of so many CPUs; nil if no set of nodes allows an even share.
    mutating func distribute(groupSize: Int) -> CPUSet? {
        let nodes = nodes()
        var search = ShareSearch(
            free: nodes.map { freeCount($0, .node) }, needed: needed, groupSize: groupSize,
            imitatesKubelet: imitatesKubelet)
        let perNode = ((topology.cpus.count - 1) / groupSize) / max(1, topology.count(.node)) + 1
        let groups = (needed - 1) / groupSize + 1
        let fewest = (groups - 1) / perNode + 1
        guard let share = search.best(from: fewest, through: min(groups, nodes.count)) else { return nil }
        let each = needed / share.places.count / groupSize * groupSize
        var remainder = needed - each * share.places.count
        for place in share.places { takePacked(each, on: nodes[place]) }
        while remainder > 0 {
            let before = remainder
            for place in share.remainderPlaces where remainder > 0 {
                guard freeCount(nodes[place], .node) >= groupSize else { continue }
                takePacked(groupSize, on: nodes[place])
                remainder -= groupSize
            }
            if remainder == before { return nil }
        }
        return isSatisfied ? result : nil
    }

    /// Takes so many CPUs of a node, or nothing if it has too few.
    private mutating func takePacked(_ count: Int, on node: Int) {
        guard count > 0 else { return }
        if count == freeCount(node, .node), !imitatesKubelet {
            take(topology.members(of: node, .node).intersection(available))
            return
        }
        var inner = CPUAccumulator(
            topology, available: CPUSet(free(node, .node)), needed: count, isSpread: isSpread,
            imitatesKubelet: imitatesKubelet)
        guard !inner.isImpossible else { return }
        inner.pack(byCache: false)
        take(inner.result)
    }
}
