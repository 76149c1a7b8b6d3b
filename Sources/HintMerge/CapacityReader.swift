// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Turns capacities that share one enumeration into an offer, without enumerating.
///
/// Masks that equal the nodes of a group or of an exact pool are looked at one by one. All others
/// are offered if they avoid every group and meet the covers of all members: a ``Family``.
/// The universe counts as far as it lies in the machine.
struct CapacityReader<Bits: NodeBits> {
    /// One capacity in the numbering of the merge.
    private struct Member {
        var free: Cover<Bits>
        var total: Cover<Bits>
        var exact: [(nodes: Bits, pool: Capacity.Pool)]
    }

    private let universe: Bits
    private var members: [Member] = []
    private var mustMeet: [Bits] = []
    private var groups: [Bits] = []
    private var grouped = Bits()
    /// The nodes of groups that no mask can equal.
    private var forbidden = Bits()
    /// Masks that are no members of the family and may be offered nevertheless.
    private var special: [Bits] = []

    init(_ capacities: [Capacity], machine: Bits, numbering: NodeNumbering) {
        var universe = machine
        for capacity in capacities {
            universe = universe.intersection(numbering.places(of: capacity.universe, as: Bits.self))
        }
        self.universe = universe
        for capacity in capacities { add(capacity, numbering) }
    }

    private mutating func add(_ capacity: Capacity, _ numbering: NodeNumbering) {
        var free = Cover<Bits>(need: capacity.need, places: numbering.count)
        var total = free
        for pool in capacity.pools {
            let nodes: Bits = numbering.places(of: pool.nodes, as: Bits.self).intersection(universe)
            if universe.isSubset(of: nodes) {
                // Every mask meets it: as good as needing less.
                free.need -= min(free.need, UInt128(pool.free))
                total.need -= min(total.need, UInt128(pool.total))
            } else {
                free.add(pool.free, near: nodes)
                total.add(pool.total, near: nodes)
            }
        }
        var exact: [(nodes: Bits, pool: Capacity.Pool)] = []
        for pool in capacity.exact {
            let nodes: Bits = numbering.places(of: pool.nodes)
            guard isMask(nodes, pool.nodes) else { continue }
            exact.append((nodes, pool))
            special.append(nodes)
        }
        for group in capacity.groups {
            let nodes: Bits = numbering.places(of: group)
            let isWhole = isMask(nodes, group)
            if isWhole { special.append(nodes) }
            // A group that reaches beyond the universe is equalled by no mask.
            if isWhole { groups.append(nodes) } else { forbidden = forbidden.union(nodes) }
            grouped = grouped.union(nodes.intersection(universe))
        }
        mustMeet += capacity.mustMeet.map { numbering.places(of: $0, as: Bits.self).intersection(universe) }
        members.append(Member(free: free, total: total, exact: exact))
    }

    private func isMask(_ nodes: Bits, _ given: NUMANodeMask) -> Bool {
        !nodes.isEmpty && nodes.count == given.count && nodes.isSubset(of: universe)
    }

    /// What is offered; nil if no mask is.
    func offer(for resources: [ResourceName], _ steps: inout Steps) throws(StepLimitReached) -> Offer<Bits>? {
        guard !universe.isEmpty, !mustMeet.contains(where: \.isEmpty) else { return nil }
        var offer = Offer<Bits>(resources: resources)
        let family = Family(domain: universe.subtracting(grouped), covers: offeredCovers)
        if !family.isEmpty { offer.family = family }
        let masks = Array(Set(special)).sorted()
        try steps.take(masks.count * (members.count + groups.count))
        offer.masks = masks.filter { isOffered($0) && !(offer.family?.contains($0) ?? false) }
        if offer.family == nil, offer.masks.isEmpty { return nil }
        let sufficient = Family(domain: universe, covers: members.map(\.total))
        var size = try sufficient.narrowest(&steps) ?? .max
        for mask in masks where mask.count < size && isSufficient(mask) { size = mask.count }
        offer.preferredSize = size
        offer.prefer(offer.masks.filter { $0.count == size })
        return offer
    }

    private var offeredCovers: [Cover<Bits>] {
        var covers: [Cover<Bits>] = []
        for member in members {
            covers.append(member.free)
            if !Self.implies(member.free, member.total) { covers.append(member.total) }
        }
        for nodes in mustMeet {
            var cover = Cover<Bits>(need: 1, places: members.first?.free.own.count ?? 0)
            cover.add(1, near: nodes)
            covers.append(cover)
        }
        return covers
    }

    /// Whether what meets the one meets the other: usually no more is free than there is.
    private static func implies(_ free: Cover<Bits>, _ total: Cover<Bits>) -> Bool {
        total.need <= free.need && zip(free.own, total.own).allSatisfy { $0 <= $1 }
            && free.shared.elementsEqual(total.shared) { $0.nodes == $1.nodes && $0.amount <= $1.amount }
    }

    private func isSufficient(_ mask: Bits) -> Bool {
        members.allSatisfy { member in
            let extra = member.exact.reduce(UInt128(0)) {
                $0 + ($1.nodes == mask ? UInt128($1.pool.total) : 0)
            }
            return member.total.sum(over: mask) + extra >= member.total.need
        }
    }

    private func isOffered(_ mask: Bits) -> Bool {
        guard isSufficient(mask), mustMeet.allSatisfy({ $0.intersects(mask) }), !forbidden.intersects(mask),
            groups.allSatisfy({ !$0.intersects(mask) || $0 == mask })
        else { return false }
        return members.allSatisfy { member in
            let extra = member.exact.reduce(UInt128(0)) {
                $0 + ($1.nodes == mask ? UInt128($1.pool.free) : 0)
            }
            return member.free.sum(over: mask) + extra >= member.free.need
        }
    }
}
