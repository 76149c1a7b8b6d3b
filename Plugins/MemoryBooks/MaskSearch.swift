// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Masks that contain a base, in ascending order of node count, then of the list of nodes.
///
/// With more than twelve nodes to choose from only some are tried: the base with one more node, and
/// the base with more and more of the others from the lowest one up.
struct MaskSearch {
    let base: NUMANodeMask
    let others: [Int]

    init(from base: NUMANodeMask, within universe: NUMANodeMask) {
        self.base = base.intersection(universe)
        others = universe.subtracting(self.base).members
    }

    /// The first mask that will do.
    func first(where fits: (NUMANodeMask) -> Bool) -> NUMANodeMask? {
        if !base.isEmpty, fits(base) { return base }
        guard others.count <= 12 else { return firstOfFew(where: fits) }
        for size in stride(from: 1, through: others.count, by: 1) {
            if let mask = combination(of: size, from: 0, on: base, fits) { return mask }
        }
        return nil
    }

    private func combination(
        of size: Int, from start: Int, on mask: NUMANodeMask, _ fits: (NUMANodeMask) -> Bool
    ) -> NUMANodeMask? {
        if size == 0 { return fits(mask) ? mask : nil }
        for place in stride(from: start, through: others.count - size, by: 1) {
            var wider = mask
            wider.insert(others[place])
            if let found = combination(of: size - 1, from: place + 1, on: wider, fits) { return found }
        }
        return nil
    }

    private func firstOfFew(where fits: (NUMANodeMask) -> Bool) -> NUMANodeMask? {
        for node in others {
            let mask = base.union([node])
            if fits(mask) { return mask }
        }
        var mask = base
        for node in others {
            mask.insert(node)
            if fits(mask) { return mask }
        }
        return nil
    }
}
