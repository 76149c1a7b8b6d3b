// SPDX-License-Identifier: Apache-2.0

import NUMACore
import Synchronization

/// The masks that one answer offers, by itself, as the header defines each form of an answer.
struct Offer {
    /// Masks of up to so many nodes are gone through one by one.
    static let mostNodes = 8

    var answer: ResourceAnswer
    var candidates: NUMANodeMask

    /// Whether the mask is offered; nil where the answer does not constrain the mask.
    func offers(_ mask: NUMANodeMask) -> Bool? {
        switch answer.placement {
        case .any: nil
        case .impossible: false
        case .hints(let hints):
            hints.contains { hint in
                guard let nodes = hint.nodes else { return false }
                return nodes == mask || (hint.includesWider && nodes.isSubset(of: mask))
            }
        case .capacity(let capacity): offers(mask, capacity)
        }
    }

    private func offers(_ mask: NUMANodeMask, _ capacity: Capacity) -> Bool {
        mask.isSubset(of: capacity.universe) && sum(mask, capacity, \.total) >= capacity.need
            && sum(mask, capacity, \.free) >= capacity.need
            && capacity.mustMeet.allSatisfy { $0.intersects(mask) }
            && capacity.groups.allSatisfy { $0 == mask || !$0.intersects(mask) }
    }

    private func sum(_ mask: NUMANodeMask, _ capacity: Capacity, _ amount: KeyPath<Capacity.Pool, UInt64>) -> UInt64 {
        let met = capacity.pools.filter { $0.nodes.intersects(mask) } + capacity.exact.filter { $0.nodes == mask }
        return met.reduce(0) { $0.addingClamped($1[keyPath: amount]) }
    }

    /// Every mask of the candidates in the order of hints; only the single nodes and all of them where they are many.
    var masks: [NUMANodeMask] { Self.masks(of: candidates) }

    /// The masks of sets that were asked for before.
    private static let known = Mutex<[NUMANodeMask: [NUMANodeMask]]>([:])

    static func masks(of candidates: NUMANodeMask) -> [NUMANodeMask] {
        if let masks = known.withLock({ $0[candidates] }) { return masks }
        let masks = allMasks(of: candidates)
        known.withLock { $0[candidates] = masks }
        return masks
    }

    private static func allMasks(of candidates: NUMANodeMask) -> [NUMANodeMask] {
        let nodes = candidates.members
        guard nodes.count <= mostNodes else { return nodes.map { [$0] } + [candidates] }
        let all = (1..<(1 << nodes.count)).map { number in
            NUMANodeMask(nodes.indices.filter { number & (1 << $0) != 0 }.map { nodes[$0] })
        }
        return all.sorted { left, right in
            left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
        }
    }

    /// The first of them, without a look at the others.
    private var firstOffered: NUMANodeMask? { masks.first { offers($0) == true } }

    var offered: [NUMANodeMask] { masks.filter { offers($0) == true } }

    /// Whether it says that the resource can be placed at all.
    var isPossible: Bool {
        switch answer.placement {
        case .any: true
        case .impossible: false
        case .hints(let hints): !hints.isEmpty
        case .capacity(let capacity): capacity.elseAny || firstOffered != nil
        }
    }

    /// The nodes to prepare on: the first mask that is offered, none where the provider chooses, nil where there is none.
    var affinity: NUMANodeMask?? {
        if let mask = firstOffered { return .some(mask) }
        return isPossible ? .some(nil) : nil
    }

    /// Whether the mask is among the answer's own words, not just wider than one of them.
    func names(_ mask: NUMANodeMask) -> Bool {
        guard case .hints(let hints) = answer.placement else { return true }
        return hints.contains { $0.nodes == mask }
    }

    /// A capacity alone, whose offers follow from its pools.
    var isPlainCapacity: Bool {
        guard case .capacity(let capacity) = answer.placement else { return false }
        return capacity.mustMeet.isEmpty && capacity.groups.isEmpty && capacity.exact.isEmpty && capacity.joint == nil
    }
}
