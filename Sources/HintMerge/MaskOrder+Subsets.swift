// SPDX-License-Identifier: Apache-2.0

import NUMACore

extension MaskOrder {
    /// The best subset of one size that, together with the base, meets the covers.
    ///
    /// Without distances the first one found is the lowest. With distances the search goes on, and
    /// leaves out what cannot come nearer than the best so far.
    ///
    /// - Parameter excludes: says of the highest places of a subset that no subset will do which has
    ///   these and otherwise lower ones.
    func best(
        of size: Int, in candidates: Bits, over base: Bits, covers: [Cover<Bits>], _ steps: inout Steps,
        excludes: (Bits, inout Steps) throws(StepLimitReached) -> Bool = { _, _ in false }
    ) throws(StepLimitReached) -> Bits? {
        var search = SubsetSearch(size: size, of: candidates, over: base, covers: covers)
        var best: Bits?
        guard distances != nil, size > 0, size < candidates.count else {
            try search.run(&steps, prune: excludes) { mask, _ throws(StepLimitReached) in
                best = mask
                return true
            }
            return best
        }
        let bound = DistanceBound(self, size: size, candidates: candidates)
        var nearest: UInt64?
        try search.run(&steps) { mask, steps throws(StepLimitReached) in
            // What comes later is higher as a number, so it must be nearer.
            if let nearest, bound.least(of: mask) >= nearest { return true }
            return try excludes(mask, &steps)
        } visit: { mask, _ throws(StepLimitReached) in
            (best, nearest) = (mask, distance(mask))
            return nearest == bound.least
        }
        return best
    }
}

/// Says how near the nodes of a mask can be at best that holds some places and has a given size.
struct DistanceBound<Bits: NodeBits> {
    private let order: MaskOrder<Bits>
    private let size: Int
    /// For each place its distance to itself and to the nearest others, as many as the mask has.
    private var rows: [UInt64] = []
    private var leastRow: UInt64 = .max

    init(_ order: MaskOrder<Bits>, size: Int, candidates: Bits) {
        self.order = order
        self.size = size
        guard let distances = order.distances else { return }
        rows = Array(repeating: 0, count: distances.count)
        for place in candidates {
            let others = candidates.lazy.filter { $0 != place }.map { distances[place][$0] }.sorted()
            rows[place] = others.prefix(size - 1).reduce(distances[place][place]) { $0.addingClamped($1) }
            leastRow = min(leastRow, rows[place])
        }
    }

    /// The least sum that any mask can have.
    var least: UInt64 {
        (0..<size).reduce(0) { sum, _ in sum.addingClamped(leastRow) }
    }

    /// The least sum of a mask that contains these places.
    func least(of mask: Bits) -> UInt64 {
        var sum: UInt64 = 0
        for place in mask { sum = sum.addingClamped(rows[place]) }
        for _ in 0..<(size - mask.count) { sum = sum.addingClamped(leastRow) }
        return max(sum, mask.count == size ? order.distance(mask) : 0)
    }
}
