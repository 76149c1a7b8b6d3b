// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// What one resource's answer offers, whichever form the answer has: a plain view of it that can be asked
/// about one mask after another.
struct Offer {
    enum Form {
        /// No preference.
        case any
        case impossible(Reason)
        /// Explicit hints.
        case masks([TopologyHint])
        /// Amounts; more than one where several resources share one enumeration.
        case capacities([Capacity])
    }

    let resource: ResourceName
    let form: Form
    /// The nodes whose masks are meant.
    let universe: NUMANodeMask
    /// The node count of the narrowest placement on an empty machine, or nil if there is none or it would
    /// take too long to find.
    let narrowest: Int?
    /// No mask of fewer nodes is offered.
    let fewestNodes: Int
    /// The resource's own amounts, if its answer is amounts.
    var capacity: Capacity?

    /// - Parameters:
    ///   - answers: all answers of the unit, for the capacities that are joint with this one.
    ///   - nodes: the machine's.
    init(_ answer: ResourceAnswer, among answers: [ResourceAnswer], nodes: NUMANodeMask) {
        resource = answer.resource
        switch answer.placement {
        case .any:
            (form, universe, narrowest, fewestNodes) = (.any, nodes, nil, 1)
        case .impossible(let reason):
            (form, universe, narrowest, fewestNodes) = (.impossible(reason), nodes, nil, 1)
        case .hints(let hints):
            form = .masks(hints)
            universe = nodes
            narrowest = hints.filter(\.isPreferred).compactMap { $0.nodes?.count }.min()
            fewestNodes = 1
        case .capacity(let capacity):
            let joint = Self.joint(capacity, answers)
            let common = joint.reduce(nodes) { $0.intersection($1.universe) }
            (form, universe) = (.capacities(joint), common)
            fewestNodes = Self.fewestNodes(of: joint, over: common)
            narrowest = Self.narrowest(of: joint, over: common, from: fewestNodes)
            self.capacity = capacity
        }
    }

    /// Amounts alone, over these nodes.
    init(_ resource: ResourceName, capacities: [Capacity], _ universe: NUMANodeMask) {
        self.resource = resource
        self.universe = universe
        form = .capacities(capacities)
        fewestNodes = Self.fewestNodes(of: capacities, over: universe)
        narrowest = Self.narrowest(of: capacities, over: universe, from: fewestNodes)
    }

    /// Whether the resource can be placed on exactly this mask.
    func isOffered(_ mask: NUMANodeMask) -> Bool {
        switch form {
        case .any: true
        case .impossible: false
        case .masks(let hints):
            hints.contains { hint in
                guard let nodes = hint.nodes else { return true }
                return nodes == mask || (hint.includesWider && nodes.isSubset(of: mask))
            }
        case .capacities(let joint): mask.isSubset(of: universe) && joint.allSatisfy { $0.offers(mask) }
        }
    }

    /// Whether the resource prefers exactly this mask.
    func isPreferred(_ mask: NUMANodeMask) -> Bool {
        switch form {
        case .any: true
        case .impossible: false
        case .masks(let hints): hints.contains { ($0.nodes == nil || $0.nodes == mask) && $0.isPreferred }
        case .capacities: mask.count == narrowest && isOffered(mask)
        }
    }

    private static func joint(_ capacity: Capacity, _ answers: [ResourceAnswer]) -> [Capacity] {
        guard let name = capacity.joint else { return [capacity] }
        return answers.compactMap {
            guard case .capacity(let other) = $0.placement, other.joint == name else { return nil }
            return other
        }
    }

    private static func fewestNodes(of joint: [Capacity], over universe: NUMANodeMask) -> Int {
        joint.map { $0.leastCount(universe) }.max() ?? 1
    }

    private static func narrowest(
        of joint: [Capacity], over universe: NUMANodeMask, from least: Int
    ) -> Int? {
        // Amounts of one node each: the largest of them are the narrowest placement.
        if joint.count == 1, joint[0].pools.allSatisfy({ $0.nodes.count == 1 }), joint[0].exact.isEmpty {
            return least <= universe.count ? least : nil
        }
        for count in least..<max(least, universe.count + 1) {
            var subsets = NodeSubsets(of: universe, count: count)
            var tries = Self.searchLimit
            while let mask = subsets.next() {
                if joint.allSatisfy({ $0.isSufficient(mask) }) { return count }
                tries -= 1
                if tries == 0 { return nil }
            }
        }
        return nil
    }

    /// The most masks of one size that are looked at: an explanation never takes longer than a decision.
    static let searchLimit = 10_000
}

extension Capacity {
    /// Whether the mask has enough on an empty machine.
    func isSufficient(_ mask: NUMANodeMask) -> Bool { sum(over: mask) { $0.total } >= need }

    /// Whether the mask has enough now, and meets what it must.
    func offers(_ mask: NUMANodeMask) -> Bool {
        isSufficient(mask) && sum(over: mask) { $0.free } >= need
            && mustMeet.allSatisfy { $0.intersects(mask) }
            && groups.allSatisfy { !$0.intersects(mask) || $0 == mask }
    }

    /// What counts for the mask of what is free.
    func free(near mask: NUMANodeMask) -> UInt64 { sum(over: mask) { $0.free } }

    private func sum(over mask: NUMANodeMask, _ amount: (Pool) -> UInt64) -> UInt64 {
        var sum: UInt64 = 0
        for pool in pools where pool.nodes.intersects(mask) { sum = sum.addingClamped(amount(pool)) }
        for pool in exact where pool.nodes == mask { sum = sum.addingClamped(amount(pool)) }
        return sum
    }

    /// No mask of fewer nodes has enough on an empty machine; more than there are if none has.
    func leastCount(_ universe: NUMANodeMask) -> Int {
        var totals: [UInt64] = universe.map { _ in 0 }
        let places = Dictionary(universe.enumerated().map { ($1, $0) }) { first, _ in first }
        for pool in pools {
            for node in pool.nodes {
                if let place = places[node] { totals[place] = totals[place].addingClamped(pool.total) }
            }
        }
        var sum = exact.reduce(UInt64(0)) { $0.addingClamped($1.total) }
        var count = 0
        for total in totals.sorted(by: >) where count == 0 || sum < need {
            sum = sum.addingClamped(total)
            count += 1
        }
        return sum < need ? universe.count + 1 : max(1, count)
    }

    /// The amounts alone, without what masks must meet or leave whole.
    var withoutConditions: Capacity {
        var bare = self
        bare.mustMeet = []
        bare.groups = []
        return bare
    }
}
