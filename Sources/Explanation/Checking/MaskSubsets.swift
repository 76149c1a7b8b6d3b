// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The non-empty masks of a machine by size, of many nodes the narrow ones alone.
struct MaskSubsets {
    /// There are more masks than are looked at.
    struct TooMany: Error {}

    /// By node count, from 1.
    private let bySize: [[NUMANodeMask]]
    /// Whether no mask is missing.
    let isWhole: Bool

    init(of nodes: NUMANodeMask) {
        var bySize: [[NUMANodeMask]] = []
        var count = 0
        var isWhole = true
        for size in 1..<(nodes.count + 1) {
            var subsets = NodeSubsets(of: nodes, count: size)
            guard subsets.areFewer(than: Self.most - count) else {
                isWhole = false
                break
            }
            var masks: [NUMANodeMask] = []
            while let mask = subsets.next() { masks.append(mask) }
            count += masks.count
            bySize.append(masks)
        }
        self.bySize = bySize
        self.isWhole = isWhole
    }

    /// The masks of the smallest size of which one is accepted.
    func narrowest(_ accepts: (NUMANodeMask) -> Bool) throws(TooMany) -> [NUMANodeMask] {
        for masks in bySize {
            let found = masks.filter(accepts)
            if !found.isEmpty { return found }
        }
        if !isWhole { throw TooMany() }
        return []
    }

    /// Whether one mask is accepted.
    func contains(where accepts: (NUMANodeMask) -> Bool) throws(TooMany) -> Bool {
        if bySize.contains(where: { $0.contains(where: accepts) }) { return true }
        if !isWhole { throw TooMany() }
        return false
    }

    private static let most = 5000
}
