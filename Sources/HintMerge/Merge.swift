// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// One merge, in its own numbering of the nodes.
struct Merge<Bits: NodeBits> {
    /// A merged hint; no mask means none, or all nodes, as the policy has it.
    struct Hint {
        var nodes: Bits?
        var isPreferred: Bool
    }

    let machine: Bits
    /// What each list offers; lists of resources without preference are not among them.
    let offers: [Offer<Bits>]
    let isAnyImpossible: Bool
    let distances: [[UInt64]]?
    let mostNodesInTable: Int

    /// The lowest node that every list prefers, for single-numa-node.
    ///
    /// Source: the kubelet's `filterSingleNumaHints` keeps preferred hints of one node or no mask;
    /// among those the intersections are the common nodes.
    func singleNode() -> Hint {
        if isAnyImpossible || machine.isEmpty { return Hint(nodes: nil, isPreferred: false) }
        var (common, any) = (machine, Bits())
        for offer in offers {
            var singles = Bits()
            for mask in offer.preferred where mask.count == 1 { singles = singles.union(mask) }
            if let family = offer.family, offer.preferredSize == 1 {
                for place in family.domain {
                    var single = Bits()
                    single.insert(place)
                    if family.contains(single) { singles.insert(place) }
                }
            }
            any = any.union(singles)
            if !offer.hasPreferredNoMask { common = common.intersection(singles) }
        }
        if offers.allSatisfy(\.hasPreferredNoMask) {
            let lowest = any.intersection(machine).lowest(1)
            return Hint(nodes: lowest.isEmpty ? nil : lowest, isPreferred: true)
        }
        return common.isEmpty
            ? Hint(nodes: nil, isPreferred: false) : Hint(nodes: common.lowest(1), isPreferred: true)
    }

    /// The best merged hint, for best-effort and restricted.
    func best(_ semantics: MergeSemantics, _ steps: inout Steps) throws(StepLimitReached) -> Hint {
        if machine.isEmpty { return Hint(nodes: nil, isPreferred: false) }
        let narrowFirst = MaskOrder<Bits>(target: 0, distances: distances)
        if !isAnyImpossible {
            switch semantics {
            case .current:
                var search = PreferredSearch(machine: machine, offers: offers, order: narrowFirst)
                if let mask = try search.run(&steps) { return Hint(nodes: mask, isPreferred: true) }
                if offers.allSatisfy(\.hasPreferredNoMask) { return Hint(nodes: nil, isPreferred: true) }
            case .kubelet1_23:
                if let mask = try intersection(preferredOnly: true, narrowFirst, &steps) {
                    return Hint(nodes: mask, isPreferred: true)
                }
            }
        }
        var order = narrowFirst
        if semantics == .current { order.target = try target(&steps) }
        return Hint(nodes: try intersection(preferredOnly: false, order, &steps), isPreferred: false)
    }

    /// The largest, over the lists, of the node count of the narrowest mask.
    ///
    /// Source: the kubelet's `maxOfMinAffinityCounts`.
    private func target(_ steps: inout Steps) throws(StepLimitReached) -> Int {
        var target = 0
        for offer in offers {
            var narrowest = offer.narrowest
            if narrowest == nil { narrowest = offer.masks.lazy.map(\.count).min() }
            // As a rule what is free suffices where it would on an empty machine.
            if let family = offer.family, let size = try family.narrowest(&steps) {
                narrowest = min(narrowest ?? .max, size)
            }
            target = max(target, narrowest ?? 0)
        }
        return target
    }

    private func intersection(
        preferredOnly: Bool, _ order: MaskOrder<Bits>, _ steps: inout Steps
    ) throws(StepLimitReached) -> Bits? {
        if let mask = try tableIntersection(preferredOnly: preferredOnly, order, &steps) {
            return mask.isEmpty ? nil : mask
        }
        var lists: [IntersectionSearch<Bits>.List] = []
        for offer in offers {
            let list = preferredOnly ? try preferredList(offer, &steps) : fullList(offer)
            for _ in offer.resources { lists.append(list) }
        }
        var search = IntersectionSearch(machine: machine, lists: lists, order: order)
        return try search.run(&steps)
    }

    private func fullList(_ offer: Offer<Bits>) -> IntersectionSearch<Bits>.List {
        var list = IntersectionSearch<Bits>.List(
            masks: offer.masks, wider: offer.wider, family: offer.family)
        if offer.hasNoMask { list.masks.append(machine) }
        return list
    }

    private func preferredList(
        _ offer: Offer<Bits>, _ steps: inout Steps
    ) throws(StepLimitReached) -> IntersectionSearch<Bits>.List {
        var list = IntersectionSearch<Bits>.List(masks: offer.preferred)
        if let family = offer.family, let size = offer.preferredSize, size <= family.domain.count {
            var search = SubsetSearch(size: size, of: family.domain, over: Bits(), covers: family.covers)
            try search.run(&steps) { mask, _ throws(StepLimitReached) in
                list.masks.append(mask)
                return false
            }
        }
        if offer.hasPreferredNoMask { list.masks.append(machine) }
        return list
    }

    /// The best intersection by tables; nil if the machine is too large, empty if there is none.
    private func tableIntersection(
        preferredOnly: Bool, _ order: MaskOrder<Bits>, _ steps: inout Steps
    ) throws(StepLimitReached) -> Bits? {
        guard let offers = offers as? [Offer<NodeWord>], let full = machine as? NodeWord,
            let order = order as? MaskOrder<NodeWord>, full.count <= mostNodesInTable,
            full.word == 1 << UInt64(full.count) - 1
        else { return nil }
        var table = MaskTable(nodes: full.count)
        table.insert(full)
        var isFirst = true
        for offer in offers {
            let list = MaskTable(offer, nodes: full.count, preferredOnly: preferredOnly)
            for _ in offer.resources {
                try steps.take(table.size)
                if isFirst { table = list } else { table.intersect(list) }
                isFirst = false
            }
        }
        var best: NodeWord?
        for mask in table.masks where !mask.isEmpty && order.isBetter(mask, than: best) { best = mask }
        return (best ?? NodeWord()) as? Bits
    }
}
