// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Amounts that share one enumeration, as far as facts say them: what is not said to be short is wholly free.
///
/// ``Capacity`` defines what is sufficient, offered and preferred; here it is read mask by mask.
struct PresumedCapacity {
    /// One resource's part.
    struct Member {
        fileprivate let need: UInt64
        fileprivate let universe: NUMANodeMask
        fileprivate let places: [Place]
        fileprivate let groups: [NUMANodeMask]
        fileprivate let mustMeet: [NUMANodeMask]

        /// - Parameter facts: those about the resource; nil if all that the answer says is known.
        init(_ capacity: Capacity, facts: [Cause.Fact]?) {
            need = capacity.need
            universe = capacity.universe
            let given = capacity.pools.map { ($0, false) } + capacity.exact.map { ($0, true) }
            var places: [Place] = []
            for (pool, isExact) in given
            where !places.contains(where: { $0.nodes == pool.nodes && $0.isExact == isExact }) {
                let same = given.filter { $0.0.nodes == pool.nodes && $0.1 == isExact }
                let free = same.reduce(UInt64(0)) { $0.addingClamped($1.0.free) }
                let total = same.reduce(UInt64(0)) { $0.addingClamped($1.0.total) }
                let fact = Cause.Fact.Shortage(nodes: pool.nodes, isExact: isExact, free: free, total: total)
                let isKnown = facts?.contains { $0.kind == .shortage(fact) } ?? true
                places.append(
                    Place(nodes: pool.nodes, isExact: isExact, free: isKnown ? free : max(free, total), total: total))
            }
            self.places = places
            groups = capacity.groups.filter { nodes in facts?.contains { $0.kind == .group(nodes) } ?? true }
            mustMeet = capacity.mustMeet.filter { nodes in facts?.contains { $0.kind == .reuse(nodes) } ?? true }
        }
    }

    fileprivate struct Place {
        let nodes: NUMANodeMask
        let isExact: Bool
        let free: UInt64
        let total: UInt64

        func counts(for mask: NUMANodeMask) -> Bool { isExact ? nodes == mask : nodes.intersects(mask) }
    }

    private let members: [Member]
    private let universe: NUMANodeMask

    init(_ members: [Member], nodes: NUMANodeMask) {
        self.members = members
        universe = members.reduce(nodes) { $0.intersection($1.universe) }
    }

    /// Whether an empty machine has enough on just these nodes.
    func isSufficient(_ mask: NUMANodeMask) -> Bool {
        !mask.isEmpty && mask.isSubset(of: universe)
            && members.allSatisfy { sum($0, mask) { $0.total } >= $0.need }
    }

    /// Whether there is enough on just these nodes as things are.
    func isOffered(_ mask: NUMANodeMask) -> Bool {
        isSufficient(mask)
            && members.allSatisfy { member in
                sum(member, mask) { $0.free } >= member.need
                    && member.mustMeet.allSatisfy { $0.intersects(mask) }
                    && member.groups.allSatisfy { $0 == mask || !$0.intersects(mask) }
            }
    }

    private func sum(_ member: Member, _ mask: NUMANodeMask, _ amount: (Place) -> UInt64) -> UInt64 {
        var sum: UInt64 = 0
        for place in member.places where place.counts(for: mask) { sum = sum.addingClamped(amount(place)) }
        return sum
    }
}
