// SPDX-License-Identifier: Apache-2.0

import HintMerge
import NUMACore

/// Finds the hints that a merged mask came from.
struct WitnessFinder {
    /// Those of the unit, in order of resource.
    let offers: [Offer]
    let nodes: NUMANodeMask

    /// - Returns: nil if what was merged is nothing that hints have in common, or if it would take too long to find.
    func witness(of merged: TopologyHint) -> Witness? {
        // No mask: no resource was narrower than the machine.
        let target = merged.nodes ?? nodes
        let taking = offers.filter { $0.isTaking(on: target) }
        var ways: [(common: NUMANodeMask, hints: [TopologyHint])] = [(nodes, [])]
        for offer in taking {
            let hints = picks(of: offer, for: target, preferredOnly: merged.isPreferred)
            var next: [(common: NUMANodeMask, hints: [TopologyHint])] = []
            var known: Set<NUMANodeMask> = []
            for way in ways {
                for hint in hints {
                    let common = hint.nodes.map { way.common.intersection($0) } ?? way.common
                    if known.insert(common).inserted { next.append((common, way.hints + [hint])) }
                }
            }
            // Nothing is found by ways that are put aside, and it then is not said.
            ways = Array(next.sorted { $0.common.count < $1.common.count }.prefix(Self.mostWays))
        }
        guard let way = ways.first(where: { $0.common == target }) else { return nil }
        return Witness(uses: zip(taking, way.hints).map { use($0, $1, on: target) })
    }

    private func use(_ offer: Offer, _ hint: TopologyHint, on target: NUMANodeMask) -> Witness.Use {
        var use = Witness.Use(resource: offer.resource, hint: hint)
        if let own = offer.capacity {
            use.free = own.free(near: target)
            use.need = own.need
        }
        return use
    }

    /// Hints that leave the whole mask, the mask itself first, then the narrowest.
    private func picks(of offer: Offer, for target: NUMANodeMask, preferredOnly: Bool) -> [TopologyHint] {
        var found: [TopologyHint] = []
        let isPreferred = offer.isPreferred(target)
        if offer.isOffered(target), isPreferred || !preferredOnly, !offer.hasNoMask(preferredOnly) {
            // Whatever the others pick, this one leaves nothing else.
            return [TopologyHint(nodes: target, isPreferred: isPreferred)]
        }
        if offer.hasNoMask(true) { found.append(TopologyHint(nodes: nil, isPreferred: true)) }
        if offer.hasNoMask(false), !preferredOnly { found.append(TopologyHint(nodes: nil, isPreferred: false)) }
        let masks = offer.masks(atMost: Self.mostMasks).masks.flatMap { hint in
            // Of a mask and all wider ones, the narrowest that leaves the target.
            hint.includesWider && hint.nodes.map { !target.isSubset(of: $0) } == true
                ? [TopologyHint(nodes: hint.nodes?.union(target), isPreferred: false)]
                : [TopologyHint(nodes: hint.nodes, isPreferred: hint.isPreferred)]
        }
        found += masks.filter { hint in
            guard let mask = hint.nodes else { return false }
            return target.isSubset(of: mask) && (hint.isPreferred || !preferredOnly)
        }
        if !preferredOnly, offer.isOffered(offer.universe), target.isSubset(of: offer.universe) {
            found.append(TopologyHint(nodes: offer.universe, isPreferred: offer.isPreferred(offer.universe)))
        }
        return found
    }

    private static let mostWays = 4096
    private static let mostMasks = 1024
}

extension Offer {
    /// Whether hints of it are picked from: it has some, most often the target itself.
    fileprivate func isTaking(on target: NUMANodeMask) -> Bool {
        switch form {
        case .any, .impossible: false
        case .masks(let hints): !hints.isEmpty
        case .capacities: isOffered(target) || hasOfferedMask
        }
    }

    /// Whether it offers no mask, which leaves all nodes.
    fileprivate func hasNoMask(_ preferred: Bool) -> Bool {
        guard case .masks(let hints) = form else { return false }
        return hints.contains { $0.nodes == nil && (!preferred || $0.isPreferred) }
    }
}
