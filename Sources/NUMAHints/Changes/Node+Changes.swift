// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import NUMACore

/// What would let a refused pod in, or align an admitted one, found by deciding again; the books are then as they were.
extension Node {
    /// - Parameter limit: how many at most, the cheapest first.
    mutating func changes(for explained: Explanation, limit: Int) -> [Change] {
        guard limit > 0, lost.isEmpty else { return [] }
        let pod = explained.trace.pod
        switch explained.trace.verdict {
        case .refused(let refusal):
            switch refusal.kind {
            case .topologyAffinity, .allocation: break
            // Nothing that a pod or a policy could do about it.
            case .providerFault, .mergeLimit, .tooManyNodes, .unclaimedResource: return []
            }
            // What a pod held before, a refusal may have taken from it.
            guard !residents.contains(where: { $0.pod.uid == pod.uid }) else { return [] }
            return Array(candidates(pod, explained, .admission).sorted(by: Change.isCheaper).prefix(limit))
        case .admitted:
            guard explained.units.contains(where: { $0.cause != nil }) else { return [] }
            return aside(pod) { node in
                Array(node.candidates(pod, explained, .alignment).sorted(by: Change.isCheaper).prefix(limit))
            } ?? []
        }
    }

    private mutating func candidates(_ pod: PodSpec, _ explained: Explanation, _ goal: Goal) -> [Change] {
        smaller(pod, explained, goal) + withoutHolders(pod, explained, goal) + withMore(pod, explained, goal)
            + withLessReserved(pod, explained, goal) + underOtherRules(pod, goal)
            + underOtherOptions(pod, explained, goal)
    }

    /// Without one of those that hold what is short.
    private mutating func withoutHolders(_ pod: PodSpec, _ explained: Explanation, _ goal: Goal) -> [Change] {
        let short = explained.units.flatMap { $0.cause?.holdings ?? [] }
        var found: [Change] = []
        for resident in residents where resident.pod.uid != pod.uid {
            let name = "\(resident.pod.namespace)/\(resident.pod.name)"
            var frees: ResourceAmounts = [:]
            var known: Set<Cause.Holding> = []
            for holding in short where holding.uid == resident.pod.uid && known.insert(holding).inserted {
                frees[holding.resource] = (frees[holding.resource] ?? 0).addingClamped(holding.amount)
            }
            // Who holds something else can stand in the way, too: it decides which nodes are used together, say.
            if frees.isEmpty {
                for piece in resident.pieces.joined() {
                    frees[piece.resource] = (frees[piece.resource] ?? 0).addingClamped(piece.amount)
                }
            }
            guard !frees.isEmpty else { continue }
            guard let trace = aside(resident.pod, { $0.attempt(pod, goal) }) ?? nil else { continue }
            found.append(
                Change(.holder(uid: resident.pod.uid, name: name, frees: Array(frees)), admitted: trace))
        }
        return found
    }

    private mutating func underOtherRules(_ pod: PodSpec, _ goal: Goal) -> [Change] {
        var found: [Change] = []
        for scope in Scope.allCases where scope != admission.settings.scope {
            guard let trace = attempt(pod, goal, adjust: { $0.scope = scope }) else { continue }
            found.append(Change(.scope(scope), admitted: trace))
        }
        guard goal == .admission else { return found }
        let now = admission.settings.merge.policy
        // One less strict after the other; the first is the one to take.
        for policy in [Policy.restricted, .bestEffort, .none] where policy.isLess(than: now) {
            guard let trace = attempt(pod, goal, adjust: { $0.merge.policy = policy }) else { continue }
            found.append(Change(.policy(policy), admitted: trace))
            break
        }
        return found
    }
}

extension Policy {
    /// Whether it admits what the other refuses.
    fileprivate func isLess(than other: Policy) -> Bool {
        let strictness: [Policy] = [.none, .bestEffort, .restricted, .singleNUMANode]
        return strictness.firstIndex(of: self) ?? 0 < strictness.firstIndex(of: other) ?? 0
    }
}

extension Assignment {
    /// In the unit of the resource.
    fileprivate var amount: UInt64 {
        switch piece {
        case .cpus(let cpus): UInt64(cpus.count) * 1000
        case .memory(_, let bytes, _): bytes
        case .device: 1
        }
    }
}
