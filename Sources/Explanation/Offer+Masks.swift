// SPDX-License-Identifier: Apache-2.0

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
        var tries = Self.searchLimit
        for count in 1...max(1, universe.count) {
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
            var found: [NUMANodeMask] = []
            var subsets = NodeSubsets(of: universe, count: narrowest)
            var tries = Self.searchLimit
            while let mask = subsets.next() {
                if isOffered(mask) { found.append(mask) }
                tries -= 1
                if tries == 0 { return nil }
            }
            return found
        }
    }
}
