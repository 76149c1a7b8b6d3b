// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Distribution: as evenly as can be over the fewest nodes that allow it (distribute-cpus-across-numa).
extension SimpleAccumulator {
    /// How CPUs are shared out over nodes: as many on each, and what is left over from some of them.
    private struct Share {
        var nodes: [Int]
        var remainderNodes: [Int]
        /// How uneven the nodes are afterwards, in thousandths; smaller is better.
        var imbalance: Int
    }

    /// Takes what is needed in groups of so many CPUs; nil if no set of nodes allows an even share.
    mutating func distribute(groupSize: Int) -> CPUSet? {
        guard let share = evenShare(groupSize) else { return nil }
        let total = needed
        let each = total / share.nodes.count / groupSize * groupSize
        for node in share.nodes { takePacked(each, on: node) }
        var remainder = total - each * share.nodes.count
        while remainder > 0 {
            let before = remainder
            for node in share.remainderNodes where remainder > 0 {
                guard free(node, .node).count >= groupSize else { continue }
                takePacked(groupSize, on: node)
                remainder -= groupSize
            }
            if remainder == before { return nil }
        }
        return result
    }

    private mutating func takePacked(_ count: Int, on node: Int) {
        var inner = SimpleAccumulator(topology, available: free(node, .node), needed: count, isSpread: isSpread)
        if count > 0 { inner.pack(byCache: false) }
        take(inner.result)
    }

    /// The first best share over the fewest nodes.
    private func evenShare(_ groupSize: Int) -> Share? {
        let nodes = nodes()
        let perNode = ((topology.cpus.count - 1) / groupSize + 1 - 1) / max(1, topologyNodes) + 1
        let groups = (needed - 1) / groupSize + 1
        let fewest = (groups - 1) / perNode + 1
        let most = min(groups, nodes.count)
        guard fewest <= most else { return nil }
        for count in fewest...most {
            var best: Share?
            for subset in combinations(nodes[...], count) {
                if best?.imbalance == 0 { break }
                guard let share = share(over: subset, among: nodes, groupSize) else { continue }
                if share.imbalance < best?.imbalance ?? .max { best = share }
            }
            if let best { return best }
        }
        return nil
    }

    private var topologyNodes: Int { topology.groups(.node, of: topology.cpus).count }

    private func share(over subset: [Int], among nodes: [Int], _ groupSize: Int) -> Share? {
        let sizes = subset.map { free($0, .node).count }
        let each = needed / subset.count / groupSize * groupSize
        guard sizes.reduce(0, +) >= needed, sizes.reduce(0, { $0 + $1 / groupSize }) * groupSize >= needed,
            sizes.allSatisfy({ $0 >= each })
        else { return nil }
        var left = nodes.map { (node: $0, count: free($0, .node).count) }
        for place in left.indices where subset.contains(left[place].node) { left[place].count -= each }
        let remainder = needed - each * subset.count
        if remainder == 0 {
            return Share(nodes: subset, remainderNodes: [], imbalance: Self.imbalance(left.map(\.count)))
        }
        let able = subset.filter { node in left.contains { $0.node == node && $0.count >= groupSize } }
        var best: Share?
        for count in stride(from: able.count, through: 1, by: -1) {
            for some in combinations(able[...], count) {
                guard let after = Self.handOut(remainder, groupSize, over: some, left) else { continue }
                let imbalance = Self.imbalance(after)
                if imbalance < best?.imbalance ?? .max {
                    best = Share(nodes: subset, remainderNodes: some, imbalance: imbalance)
                }
            }
        }
        return best
    }

    /// What is left on each node when a remainder is taken in turn from some of them, or nil if they do not
    /// have it in whole groups.
    private static func handOut(
        _ remainder: Int, _ groupSize: Int, over some: [Int], _ left: [(node: Int, count: Int)]
    ) -> [Int]? {
        var (rest, left) = (remainder, left)
        let places = some.compactMap { node in left.firstIndex { $0.node == node } }
        while rest > 0 {
            let before = rest
            for place in places where rest > 0 && left[place].count >= groupSize {
                left[place].count -= groupSize
                rest -= groupSize
            }
            if rest == before { return nil }
        }
        return left.map(\.count)
    }

    /// The standard deviation in thousandths, rounded.
    private static func imbalance(_ counts: [Int]) -> Int {
        let mean = Double(counts.reduce(0, +)) / Double(counts.count)
        let sum = counts.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return Int(((sum / Double(counts.count)).squareRoot() * 1000).rounded())
    }

    private func combinations(_ elements: ArraySlice<Int>, _ count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        guard let first = elements.first else { return [] }
        let rest = elements.dropFirst()
        return combinations(rest, count - 1).map { [first] + $0 } + combinations(rest, count)
    }
}
