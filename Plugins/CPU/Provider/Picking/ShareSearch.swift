// SPDX-License-Identifier: Apache-2.0

/// Looks for the nodes over which CPUs are shared out most evenly. Nodes are named by their place in the order
/// in which they are tried.
struct ShareSearch {
    /// How CPUs are shared out over nodes: as many on each, and what is left over from some of them.
    struct Share {
        var places: [Int]
        var remainderPlaces: [Int]
        /// How uneven the nodes are afterwards, in thousandths; smaller is better.
        var imbalance: Int
    }

    /// By place: how many CPUs are free.
    let free: [Int]
    let needed: Int
    let groupSize: Int
    /// Whether the best is overwritten as in the kubelet; see ``OverwrittenCombination``.
    let imitatesKubelet: Bool
    /// How many combinations may still be looked at; twenty nodes have a million, and more nodes no end.
    /// When they are used up, the best until then is taken.
    private var budget = 100_000

    init(free: [Int], needed: Int, groupSize: Int, imitatesKubelet: Bool) {
        self.free = free
        self.needed = needed
        self.groupSize = groupSize
        self.imitatesKubelet = imitatesKubelet
    }

    /// The first best share over the fewest nodes.
    mutating func best(from fewest: Int, through most: Int) -> Share? {
        for count in stride(from: fewest, through: most, by: 1) {
            var best: Share?
            for places in Combinations(of: Array(free.indices), count: count) {
                if imitatesKubelet, let kept = best?.places {
                    best?.places = OverwrittenCombination.kept(kept, after: places)
                }
                if best?.imbalance == 0 || budget <= 0 { break }
                budget -= 1
                guard let share = share(over: places) else { continue }
                if share.imbalance < best?.imbalance ?? .max { best = share }
            }
            if let best { return best }
        }
        return nil
    }

    private mutating func share(over places: [Int]) -> Share? {
        let each = needed / places.count / groupSize * groupSize
        var (total, groups) = (0, 0)
        for place in places {
            guard free[place] >= each else { return nil }
            total += free[place]
            groups += free[place] / groupSize
        }
        guard total >= needed, groups * groupSize >= needed else { return nil }
        var left = free
        for place in places { left[place] -= each }
        let remainder = needed - each * places.count
        if remainder == 0 {
            return Share(places: places, remainderPlaces: [], imbalance: Self.imbalance(left))
        }
        return handOut(remainder, over: places, left)
    }

    /// The most even way to take a remainder in turn from some of the places.
    private mutating func handOut(_ remainder: Int, over places: [Int], _ left: [Int]) -> Share? {
        let able = places.filter { left[$0] >= groupSize }
        var best: Share?
        for count in stride(from: able.count, through: 1, by: -1) {
            var isBestOfCount = false
            for some in Combinations(of: able, count: count) {
                if imitatesKubelet, isBestOfCount, let kept = best?.remainderPlaces {
                    best?.remainderPlaces = OverwrittenCombination.kept(kept, after: some)
                }
                if budget <= 0 { return best }
                budget -= 1
                guard let after = taken(remainder, from: some, left) else { continue }
                let imbalance = Self.imbalance(after)
                if imbalance < best?.imbalance ?? .max {
                    best = Share(places: places, remainderPlaces: some, imbalance: imbalance)
                    isBestOfCount = true
                }
            }
        }
        return best
    }

    /// What is left on each node when a remainder is taken in turn from some of them, or nil if they do not
    /// have it in whole groups.
    private func taken(_ remainder: Int, from places: [Int], _ left: [Int]) -> [Int]? {
        var (rest, left) = (remainder, left)
        while rest > 0 {
            let before = rest
            for place in places where rest > 0 && left[place] >= groupSize {
                left[place] -= groupSize
                rest -= groupSize
            }
            if rest == before { return nil }
        }
        return left
    }

    /// The standard deviation in thousandths, rounded.
    private static func imbalance(_ counts: [Int]) -> Int {
        let mean = Double(counts.reduce(0, +)) / Double(counts.count)
        let sum = counts.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return Int(((sum / Double(counts.count)).squareRoot() * 1000).rounded())
    }
}
