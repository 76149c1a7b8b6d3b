// SPDX-License-Identifier: Apache-2.0

import HintMerge
import NUMACore

extension Offer {
    /// The first masks that are offered, in the kubelet's order: by node count, then by list of nodes.
    ///
    /// - Returns: the masks, and whether there are no others.
    func masks(atMost limit: Int) -> (masks: [TopologyHint], isComplete: Bool) {
        switch form {
        case .any, .impossible:
            return ([], true)
        case .masks(let hints):
            return (Array(hints.prefix(limit)), hints.count <= limit)
        case .capacities:
            return enumerated(atMost: limit)
        }
    }

    private func enumerated(atMost limit: Int) -> (masks: [TopologyHint], isComplete: Bool) {
        var found: [TopologyHint] = []
        // Looking at one mask takes longer the more nodes there are.
        var tries = Self.searchLimit / max(1, universe.count / 64)
        for count in fewestNodes..<max(fewestNodes, universe.count + 1) {
            var subsets = NodeSubsets(of: universe, count: count)
            while let mask = subsets.next() {
                if isOffered(mask) {
                    if found.count == limit { return (found, false) }
                    found.append(TopologyHint(nodes: mask, isPreferred: isPreferred(mask)))
                }
                tries -= 1
                if tries == 0 { return (found, false) }
            }
        }
        return (found, true)
    }

    /// The masks that are preferred, or nil if there are too many to look at.
    func preferredMasks() -> [NUMANodeMask]? {
        switch form {
        case .any, .impossible:
            return []
        case .masks(let hints):
            return hints.filter(\.isPreferred).compactMap(\.nodes)
        case .capacities:
            guard let narrowest else { return [] }
            var subsets = NodeSubsets(of: universe, count: narrowest)
            guard subsets.areFewer(than: Self.searchLimit) else { return nil }
            var found: [NUMANodeMask] = []
            while let mask = subsets.next() {
                if isOffered(mask) { found.append(mask) }
            }
            return found
        }
    }

    /// Whether it constrains nothing: no preference, or amounts of which no mask has enough and that
    /// then mean no preference.
    var isIndifferent: Bool {
        switch form {
        case .any: true
        case .impossible, .masks: false
        case .capacities(let joint): joint.allSatisfy(\.elseAny) && !hasOfferedMask
        }
    }

    /// Whether a preferred mask is found among those that are looked at.
    var hasPreferredMask: Bool { preferredMasks()?.isEmpty == false }

    /// The node count that all preferred masks have; nil if they differ, are none, or one is no mask.
    var preferredSize: Int? {
        guard case .masks(let hints) = form else { return narrowest }
        let preferred = hints.filter(\.isPreferred)
        return preferred.allSatisfy { $0.nodes?.count == narrowest } ? narrowest : nil
    }

    /// What its enumeration is shared under.
    var joint: String? {
        guard case .capacities(let capacities) = form else { return nil }
        return capacities.first?.joint
    }

    /// What a merge that this one alone takes part in would find: exact, whatever the number of masks.
    var hasOfferedMask: Bool {
        guard case .capacities(let joint) = form else { return false }
        let answers = joint.enumerated().map { place, capacity in
            var strict = capacity
            strict.elseAny = false
            return ResourceAnswer(ResourceName("\(place)"), .capacity(strict))
        }
        // An impossible resource comes out as all nodes, not preferred; so does one that only fits on all.
        if isOffered(universe) { return true }
        let merger = HintMerger(nodes: universe, options: MergeOptions(policy: .bestEffort))
        let best = merger.merge(answers).best
        return best.isPreferred || best.nodes != universe
    }
}
