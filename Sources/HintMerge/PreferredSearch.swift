// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Finds the best mask that every list has and prefers; a list with a preferred hint without a mask
/// agrees to any mask that at least one list has.
///
/// Source: the kubelet's `mergePermutation` since 1.24: preferred only if all masks are equal.
struct PreferredSearch<Bits: NodeBits> {
    let machine: Bits
    let offers: [Offer<Bits>]
    let order: MaskOrder<Bits>
    private var best: Bits?

    init(machine: Bits, offers: [Offer<Bits>], order: MaskOrder<Bits>) {
        self.machine = machine
        self.offers = offers
        self.order = order
    }

    /// The best mask, cut to the machine; nil if no mask is preferred by all.
    mutating func run(_ steps: inout Steps) throws(StepLimitReached) -> Bits? {
        let strict = offers.indices.filter { !offers[$0].hasPreferredNoMask }
        let plain = strict.filter { offers[$0].family == nil }
        if strict.isEmpty {
            // Any list may have the mask.
            for index in offers.indices { try take(offers[index].preferred, by: [], &steps) }
        } else if let shortest = plain.min(by: { offers[$0].preferred.count < offers[$1].preferred.count }) {
            try take(offers[shortest].preferred, by: strict.filter { $0 != shortest }, &steps)
        } else {
            // Lists by rule: the masks that stand outside the rules, then those that meet them all.
            for index in strict {
                try take(offers[index].preferred, by: strict.filter { $0 != index }, &steps)
            }
            try searchFamilies(
                strict.compactMap { offers[$0].family }, sizes: strict.map { offers[$0].preferredSize },
                &steps)
        }
        return best
    }

    /// Takes the best of some masks that other lists prefer too.
    private mutating func take(
        _ masks: [Bits], by lists: [Int], _ steps: inout Steps
    ) throws(StepLimitReached) {
        for mask in masks {
            try steps.take()
            let cut = mask.intersection(machine)
            guard !cut.isEmpty, order.isBetter(cut, than: best) else { continue }
            try steps.take(lists.count)
            if lists.allSatisfy({ offers[$0].prefers(mask) }) { best = cut }
        }
    }

    private mutating func searchFamilies(
        _ families: [Family<Bits>], sizes: [Int?], _ steps: inout Steps
    ) throws(StepLimitReached) {
        guard families.count == sizes.count, let first = families.first, let size = sizes.first ?? nil,
            sizes.allSatisfy({ $0 == size })
        else { return }
        var (domain, covers) = (first.domain, first.covers)
        for family in families.dropFirst() where family != first {
            domain = domain.intersection(family.domain)
            covers += family.covers
        }
        if let mask = try order.best(of: size, in: domain, over: Bits(), covers: covers, &steps),
            order.isBetter(mask, than: best)
        {
            best = mask
        }
    }
}
