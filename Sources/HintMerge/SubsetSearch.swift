// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Walks the subsets of one size that meet some covers, in ascending order as numbers.
///
/// It picks the highest place first and tries the low ones before the high ones. A branch is cut off
/// when even the places that bring most, each on its own, could not meet a cover.
struct SubsetSearch<Bits: NodeBits> {
    /// The places to choose from, ascending.
    private let places: [Int]
    /// What is there anyway and does not count towards the size.
    private let base: Bits
    private let covers: [Cover<Bits>]
    /// What each place can bring at most, cover by cover.
    private let gains: [[UInt128]]
    private let size: Int
    /// `best[level][cover][i]`: the most that the places yet to choose can bring below place `i`.
    private var best: [[[UInt128]]] = []

    init(size: Int, of candidates: Bits, over base: Bits, covers: [Cover<Bits>]) {
        let places = Array(candidates)
        let open = covers.filter { !$0.isMet(by: base) }
        self.places = places
        self.base = base
        self.covers = open
        self.size = size
        gains = open.map { cover in places.map { cover.gain(of: $0, over: base) } }
    }

    /// The fewest places that could meet every cover; fewer surely cannot.
    static func fewest(of candidates: Bits, over base: Bits, covers: [Cover<Bits>]) -> Int {
        var fewest = 0
        for cover in covers {
            var (sum, amount) = (cover.sum(over: base), 0)
            if sum >= cover.need { continue }
            for gain in candidates.map({ cover.gain(of: $0, over: base) }).sorted(by: >) {
                sum += gain
                amount += 1
                if sum >= cover.need { break }
            }
            fewest = max(fewest, amount)
        }
        return fewest
    }

    /// Shows every such subset, without the base, to `visit` until that says stop.
    ///
    /// - Parameter prune: says of the places picked so far that nothing good contains them.
    mutating func run(
        _ steps: inout Steps,
        prune: (Bits, inout Steps) throws(StepLimitReached) -> Bool = { _, _ in false },
        visit: (Bits, inout Steps) throws(StepLimitReached) -> Bool
    ) throws(StepLimitReached) {
        guard size > 0 else {
            if covers.isEmpty { _ = try visit(Bits(), &steps) }
            return
        }
        guard size <= places.count else { return }
        var chosen = [Bits()]
        var sums = [covers.map { $0.sum(over: base) }]
        var next = [size - 1]
        var ends = [places.count]
        while let index = next.last, let end = ends.last, let picked = chosen.last, let sum = sums.last {
            guard index < end else {
                next.removeLast()
                ends.removeLast()
                chosen.removeLast()
                sums.removeLast()
                continue
            }
            next[next.count - 1] += 1
            try steps.take()
            let level = next.count - 1
            let left = size - level - 1
            let held = base.union(picked)
            var added = sum
            for cover in covers.indices {
                added[cover] += covers[cover].gain(of: places[index], over: held)
            }
            guard canBeMet(added, level: level, left: left, below: index) else { continue }
            var mask = picked
            mask.insert(places[index])
            if try prune(mask, &steps) { continue }
            if left == 0 {
                if try visit(mask, &steps) { return }
                continue
            }
            chosen.append(mask)
            sums.append(added)
            next.append(left - 1)
            ends.append(index)
        }
    }

    private mutating func canBeMet(_ sums: [UInt128], level: Int, left: Int, below index: Int) -> Bool {
        if covers.isEmpty { return true }
        while best.count <= level { best.append(gains.map { Self.bestSums($0, of: size - best.count - 1) }) }
        return covers.indices.allSatisfy { sums[$0] + best[level][$0][index] >= covers[$0].need }
    }

    /// For each place the sum of the largest gains, as many as said, among the places below it.
    private static func bestSums(_ gains: [UInt128], of amount: Int) -> [UInt128] {
        guard amount > 0 else { return Array(repeating: 0, count: gains.count) }
        var largest: [UInt128] = []
        var (sum, result): (UInt128, [UInt128]) = (0, [])
        result.reserveCapacity(gains.count)
        for gain in gains {
            result.append(sum)
            if largest.count == amount, let least = largest.first {
                guard gain > least else { continue }
                largest.removeFirst()
                sum -= least
            }
            var (low, high) = (0, largest.count)
            while low < high {
                let middle = (low + high) / 2
                if largest[middle] < gain { low = middle + 1 } else { high = middle }
            }
            largest.insert(gain, at: low)
            sum += gain
        }
        return result
    }
}
