// SPDX-License-Identifier: Apache-2.0

import HintMerge
import NUMACore

/// Finds facts from which it follows that answers come to no preferred result, none of which can be spared.
///
/// It starts with all that the answers say and leaves out one fact after the other, first those that say least: what is
/// nearly all free. The merge is asked whether the result is still none.
struct FactFinder {
    private let answers: [ResourceAnswer]
    private let merger: HintMerger
    private let isConflict: ([ResourceAnswer]) -> Bool

    /// - Parameters:
    ///   - answers: in order of resource; together they come to no preferred result.
    ///   - isConflict: whether answers come to none.
    init(answers: [ResourceAnswer], merger: HintMerger, isConflict: @escaping ([ResourceAnswer]) -> Bool) {
        self.answers = answers
        self.merger = merger
        self.isConflict = isConflict
    }

    /// In order of resource, and of each as ``Cause/Fact/Kind`` lists them.
    func facts() -> [Cause.Fact] {
        let all = answers.flatMap(facts)
        var kept = Set(all.indices)
        let order = all.indices.sorted { (all[$0].weight, $0) < (all[$1].weight, $1) }
        var isAgain = true
        while isAgain {
            isAgain = false
            for index in order where kept.remove(index) != nil {
                let fewer = all.indices.filter { kept.contains($0) }.map { all[$0] }
                if isConflict(relaxed(to: fewer)) { isAgain = sharesEnumerations } else { kept.insert(index) }
            }
        }
        return all.indices.filter { kept.contains($0) }.map { all[$0] }
    }

    /// Whether without one resource others can offer less: what could not be spared before, then can.
    private var sharesEnumerations: Bool {
        answers.contains { answer in
            if case .capacity(let capacity) = answer.placement { capacity.joint != nil } else { false }
        }
    }

    private func facts(of answer: ResourceAnswer) -> [Cause.Fact] {
        let resource = answer.resource
        switch answer.placement {
        case .any: return []
        case .impossible(let reason): return [Cause.Fact(resource, .impossible(reason))]
        case .hints(let hints): return [Cause.Fact(resource, .offers(hints))]
        case .capacity(let capacity):
            let narrowest = Offer(answer, among: [answer], nodes: merger.nodes).narrowest
            let short = capacity.places.filter { $0.free < $0.total }
            return [Cause.Fact(resource, .demand(need: capacity.need, narrowest: narrowest))]
                + short.map { Cause.Fact(resource, .shortage($0)) }
                + capacity.groups.distinct.map { Cause.Fact(resource, .group($0)) }
                + capacity.mustMeet.distinct.map { Cause.Fact(resource, .reuse($0)) }
        }
    }

    /// The answers as they would be if nothing but the facts stood in the way.
    private func relaxed(to facts: [Cause.Fact]) -> [ResourceAnswer] {
        answers.compactMap { answer in
            let own = facts.filter { $0.resource == answer.resource }
            guard own.contains(where: \.isWanting) else { return nil }
            guard case .capacity(var capacity) = answer.placement else { return answer }
            let places = capacity.places.map { place in
                var place = place
                if !own.contains(where: { $0.kind == .shortage(place) }) { place.free = max(place.free, place.total) }
                return place
            }
            capacity.pools = places.filter { !$0.isExact }.map(\.pool)
            capacity.exact = places.filter(\.isExact).map(\.pool)
            capacity.groups = capacity.groups.filter { group in own.contains { $0.kind == .group(group) } }
            capacity.mustMeet = capacity.mustMeet.filter { nodes in own.contains { $0.kind == .reuse(nodes) } }
            return ResourceAnswer(answer.resource, .capacity(capacity))
        }
    }
}

extension Cause.Fact {
    /// Whether it says that something is wanted at all.
    var isWanting: Bool {
        switch kind {
        case .demand, .offers, .impossible: true
        case .shortage, .group, .reuse: false
        }
    }

    /// What says least comes first.
    fileprivate var weight: Double {
        switch kind {
        case .shortage(let place): 1 - Double(place.free) / Double(max(1, place.total))
        case .group, .reuse: 2
        case .demand, .offers, .impossible: 3
        }
    }
}

extension Cause.Fact.Shortage {
    fileprivate var pool: Capacity.Pool { Capacity.Pool(nodes: nodes, free: free, total: total) }
}

extension [NUMANodeMask] {
    fileprivate var distinct: [NUMANodeMask] {
        indices.filter { !self[..<$0].contains(self[$0]) }.map { self[$0] }
    }
}
