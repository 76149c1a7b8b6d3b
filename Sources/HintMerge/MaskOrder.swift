// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Which of two merged masks is better. In this order:
///
/// 1. the node count: `target` is best, then fewer, the more the better, then more, the fewer the
///    better; a target of 0 makes fewer always better;
/// 2. the smaller average distance, if distances are given;
/// 3. the lower mask as a number.
///
/// Source: the kubelet's `HintMerger.compare` and `CompareNUMAAffinityMasks`; KEP-3545 for 2.
struct MaskOrder<Bits: NodeBits> {
    var target: Int
    /// Row by row, by place; nil where distance does not count.
    var distances: [[UInt64]]?

    /// The rank of a node count; the lowest is best.
    func rank(_ count: Int) -> Int {
        count <= target ? target - count : count
    }

    /// The sum of the distances over all ordered pairs; 0 where distance does not count.
    ///
    /// It stands for the average: only masks of one size are compared by it.
    func distance(_ mask: Bits) -> UInt64 {
        guard let distances else { return 0 }
        var sum: UInt64 = 0
        for row in mask {
            for column in mask { sum = sum.addingClamped(distances[row][column]) }
        }
        return sum
    }

    func isBetter(_ mask: Bits, than other: Bits?) -> Bool {
        guard let other else { return true }
        let (mine, theirs) = (rank(mask.count), rank(other.count))
        if mine != theirs { return mine < theirs }
        if distances != nil {
            let (near, far) = (distance(mask), distance(other))
            if near != far { return near < far }
        }
        return mask < other
    }

    /// Whether no subset of a mask can be better than a mask found.
    ///
    /// Distances count from below only: a subset might be as near as can be.
    func isHopeless(subsetsOf mask: Bits, against found: Bits?) -> Bool {
        guard let found else { return false }
        let size = mask.count
        // Of a mask as large as the target a subset may have the very target; of a smaller one the
        // largest subset is the best. A target of 0 is best met by one node.
        let best = Swift.min(size, Swift.max(target, 1))
        let (mine, theirs) = (rank(best), rank(found.count))
        if mine != theirs { return mine > theirs }
        if let distances {
            guard best == size || best == 1 else { return false }
            if best == 1, size > 1 {
                let nearest = mask.lazy.map { distances[$0][$0] }.min() ?? 0
                return nearest > distance(found)
            }
            return !isBetter(mask, than: found)
        }
        return !(mask.lowest(best) < found)
    }
}
