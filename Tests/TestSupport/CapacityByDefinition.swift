// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// The hints that capacities with one `joint` name stand for, mask by mask, exactly as the definition
/// of ``Capacity`` says it; at most some twenty nodes.
public func hintsByDefinition(of capacities: [Capacity]) -> [TopologyHint] {
    guard let first = capacities.first else { return [] }
    let universe = capacities.reduce(first.universe) { $0.intersection($1.universe) }.members
    var masks = (1..<max(1, 1 << universe.count)).map { number in
        NUMANodeMask(universe.indices.filter { number & (1 << $0) != 0 }.map { universe[$0] })
    }
    masks.sort { left, right in
        left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
    }
    let sufficient = masks.filter { mask in capacities.allSatisfy { isSufficient(mask, $0) } }
    let narrowest = sufficient.map(\.count).min()
    return sufficient.filter { mask in capacities.allSatisfy { isOffered(mask, $0) } }.map {
        TopologyHint(nodes: $0, isPreferred: $0.count == narrowest)
    }
}

private func sum(_ mask: NUMANodeMask, _ capacity: Capacity, _ amount: (Capacity.Pool) -> UInt64) -> UInt64 {
    let met = capacity.pools.filter { $0.nodes.intersects(mask) } + capacity.exact.filter { $0.nodes == mask }
    return met.reduce(0) { $0.addingClamped(amount($1)) }
}

private func isSufficient(_ mask: NUMANodeMask, _ capacity: Capacity) -> Bool {
    sum(mask, capacity, \.total) >= capacity.need
}

private func isOffered(_ mask: NUMANodeMask, _ capacity: Capacity) -> Bool {
    sum(mask, capacity, \.free) >= capacity.need
        && capacity.mustMeet.allSatisfy { $0.intersects(mask) }
        && capacity.groups.allSatisfy { $0 == mask || !$0.intersects(mask) }
}

extension ResourceAnswer {
    /// The capacity that is the answer, if it is one.
    public var capacity: Capacity? {
        if case .capacity(let capacity) = placement { capacity } else { nil }
    }

    /// The hints that the answer stands for, read by itself; nil if it has none.
    public var hints: [TopologyHint]? {
        switch placement {
        case .hints(let hints): hints
        case .capacity(let capacity): hintsByDefinition(of: [capacity])
        case .any, .impossible: nil
        }
    }

    /// The reason, if it is impossible.
    public var refusal: String? {
        if case .impossible(let reason) = placement { reason.text } else { nil }
    }
}
