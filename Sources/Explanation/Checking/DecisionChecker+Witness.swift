// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore

extension DecisionChecker {
    /// What is wrong with a witness of a merged mask.
    func objections(
        to witness: Witness, of merged: TopologyHint, _ unit: UnitTrace
    ) throws(MaskSubsets.TooMany) -> [String] {
        var found: [String] = []
        var common = trace.nodes
        var areAllPreferred = true
        for answer in unit.resourceAnswers {
            guard let use = witness.uses.first(where: { $0.resource == answer.resource }) else {
                switch try standing(of: answer, unit) {
                case .indifferent: break
                case .impossible: areAllPreferred = false
                case .taking: found.append("\(answer.resource) has no part in the witness")
                }
                continue
            }
            if try !isOffered(use.hint, by: answer, unit) {
                found.append("\(answer.resource) does not offer \(use.hint)")
            }
            if let nodes = use.hint.nodes { common = common.intersection(nodes) }
            areAllPreferred = areAllPreferred && use.hint.isPreferred
        }
        if common != merged.nodes ?? trace.nodes { found.append("the witness comes to {\(common.list)}") }
        if merged.isPreferred, !areAllPreferred { found.append("a part of the witness is not preferred") }
        return found
    }

    /// Whether a hint of each resource can be picked so that a node is in all of them; if not, all nodes are merged into.
    func haveCommonNode(_ unit: UnitTrace) throws(MaskSubsets.TooMany) -> Bool {
        for node in trace.nodes {
            var isCommon = true
            for answer in unit.resourceAnswers where isCommon {
                switch answer.placement {
                case .any, .impossible: break
                case .hints(let hints):
                    isCommon = hints.isEmpty || hints.contains { $0.includesWider || $0.nodes?.contains(node) ?? true }
                case .capacity:
                    let amounts = presumed(answer.resource, unit)
                    guard try standing(of: answer, unit) == .taking else { continue }
                    isCommon = try subsets.contains { $0.contains(node) && amounts.isOffered($0) }
                }
            }
            if isCommon { return true }
        }
        return false
    }

    private enum Standing { case indifferent, impossible, taking }

    private func standing(of answer: ResourceAnswer, _ unit: UnitTrace) throws(MaskSubsets.TooMany) -> Standing {
        switch answer.placement {
        case .any: return .indifferent
        case .impossible: return .impossible
        case .hints(let hints): return hints.isEmpty ? .impossible : .taking
        case .capacity(let capacity):
            let amounts = presumed(answer.resource, unit)
            if try subsets.contains(where: amounts.isOffered) { return .taking }
            return capacity.elseAny ? .indifferent : .impossible
        }
    }

    private func isOffered(
        _ used: TopologyHint, by answer: ResourceAnswer, _ unit: UnitTrace
    ) throws(MaskSubsets.TooMany) -> Bool {
        switch answer.placement {
        case .any, .impossible: return false
        case .hints(let hints):
            return hints.contains { hint in
                if hint.nodes == used.nodes, hint.isPreferred == used.isPreferred { return true }
                guard hint.includesWider, !used.isPreferred, let nodes = hint.nodes, let wider = used.nodes else {
                    return false
                }
                return nodes.isSubset(of: wider) && wider.isSubset(of: trace.nodes.union(nodes))
            }
        case .capacity:
            let amounts = presumed(answer.resource, unit)
            guard let mask = used.nodes, amounts.isOffered(mask) else { return false }
            return try subsets.narrowest(amounts.isSufficient).contains(mask) == used.isPreferred
        }
    }
}
