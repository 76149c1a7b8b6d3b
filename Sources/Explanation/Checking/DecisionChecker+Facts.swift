// SPDX-License-Identifier: Apache-2.0

import Admission
import HintMerge
import NUMACore

extension DecisionChecker {
    /// What of the facts the answers do not say.
    func untrue(_ facts: [Cause.Fact], _ unit: UnitTrace) -> [String] {
        facts.filter { fact in
            let placement = unit.resourceAnswers.first { $0.resource == fact.resource }?.placement
            var capacity: Capacity?
            if case .capacity(let own) = placement { capacity = own }
            switch fact.kind {
            case .demand(let need, _): return capacity?.need != need
            case .group(let nodes): return capacity?.groups.contains(nodes) != true
            case .reuse(let nodes): return capacity?.mustMeet.contains(nodes) != true
            case .offers(let hints): return placement != .hints(hints)
            case .impossible(let reason): return placement != .impossible(reason)
            case .shortage(let place):
                let pools = (place.isExact ? capacity?.exact : capacity?.pools) ?? []
                let same = pools.filter { $0.nodes == place.nodes }
                return same.reduce(UInt64(0)) { $0.addingClamped($1.free) } != place.free
                    || same.reduce(UInt64(0)) { $0.addingClamped($1.total) } != place.total
            }
        }.map { "this is not what was answered: \($0)" }
    }

    /// Whether, knowing the facts alone, no combination of hints is preferred.
    func follows(_ facts: [Cause.Fact], _ unit: UnitTrace) throws(MaskSubsets.TooMany) -> Bool {
        /// Preferred masks of each resource; nil among them is no mask, which leaves all nodes.
        var lists: [[NUMANodeMask?]] = []
        for answer in unit.resourceAnswers {
            let own = facts.filter { $0.resource == answer.resource }
            switch answer.placement {
            case .any: continue
            case .impossible(let reason):
                if own.contains(where: { $0.kind == .impossible(reason) }) { return true }
            case .hints(let hints):
                guard own.contains(where: { $0.kind == .offers(hints) }) else { continue }
                lists.append(hints.filter(\.isPreferred).map(\.nodes))
            case .capacity(let capacity):
                guard own.contains(where: \.isDemand) else { continue }
                let presumed = presumed(answer.resource, unit, facts)
                let sufficient = try subsets.narrowest(presumed.isSufficient)
                let preferred = sufficient.filter(presumed.isOffered)
                // What can be had nowhere may mean that it does not matter where.
                if preferred.isEmpty, capacity.elseAny, try !subsets.contains(where: presumed.isOffered) { continue }
                lists.append(preferred)
            }
        }
        if trace.options.policy == .singleNUMANode {
            lists = lists.map { masks in masks.filter { $0.map { $0.count == 1 } ?? true } }
        }
        return trace.options.semantics == .current ? !haveOneMask(lists) : !haveSomethingInCommon(lists)
    }

    /// A resource's amounts, with those that it shares an enumeration with.
    ///
    /// - Parameter facts: those of the cause, of which resources without a demand are taken as not wanted; nil for all
    ///   that was answered.
    func presumed(_ resource: ResourceName, _ unit: UnitTrace, _ facts: [Cause.Fact]? = nil) -> PresumedCapacity {
        var joint: String?
        for answer in unit.resourceAnswers where answer.resource == resource {
            if case .capacity(let capacity) = answer.placement { joint = capacity.joint }
        }
        var members: [PresumedCapacity.Member] = []
        for answer in unit.resourceAnswers {
            guard case .capacity(let capacity) = answer.placement,
                answer.resource == resource || (joint != nil && capacity.joint == joint)
            else { continue }
            let own = facts?.filter { $0.resource == answer.resource }
            guard own?.contains(where: \.isDemand) ?? true else { continue }
            members.append(PresumedCapacity.Member(capacity, facts: own))
        }
        return PresumedCapacity(members, nodes: trace.nodes)
    }

    /// Whether one mask that meets the machine is in every list.
    ///
    /// Source: Kubernetes 1.24 and later: a combination is preferred if its hints are and all their masks are equal.
    private func haveOneMask(_ lists: [[NUMANodeMask?]]) -> Bool {
        let strict = lists.filter { !$0.contains(nil) }
        // Without any, hints that name no mask come to all nodes, or to one that another hint of theirs names.
        guard let first = strict.first else { return !trace.nodes.isEmpty }
        return first.contains { mask in
            guard let mask, mask.intersects(trace.nodes) else { return false }
            return strict.allSatisfy { $0.contains(mask) }
        }
    }

    /// Whether one mask of each list can be picked so that a node is in all of them.
    ///
    /// Source: Kubernetes 1.23 and earlier: a combination is preferred if its hints are.
    private func haveSomethingInCommon(_ lists: [[NUMANodeMask?]]) -> Bool {
        trace.nodes.contains { node in
            lists.allSatisfy { list in list.contains { $0?.contains(node) ?? true } }
        }
    }
}
