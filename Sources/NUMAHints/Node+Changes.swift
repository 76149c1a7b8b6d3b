// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import NUMACore
import ProviderHost

/// What would let a refused pod in, found by deciding again; the books are then as they were.
extension Node {
    /// - Parameter limit: how many at most, the cheapest first.
    mutating func changes(for refused: Explanation, limit: Int) -> [Change] {
        guard limit > 0, case .refused(let refusal) = refused.trace.verdict else { return [] }
        switch refusal.kind {
        case .topologyAffinity, .allocation: break
        // Nothing that a pod or a policy could do about it.
        case .providerFault, .mergeLimit, .tooManyNodes, .unclaimedResource: return []
        }
        let pod = refused.trace.pod
        // What a pod held before, a refusal may have taken from it.
        guard lost.isEmpty, !residents.contains(where: { $0.pod.uid == pod.uid }) else { return [] }
        let found = smaller(pod, refused, refusal) + withoutHolders(pod, refused) + otherRules(pod)
        return Array(found.sorted(by: Change.isCheaper).prefix(limit))
    }

    // MARK: Deciding again

    /// The decision, if it is admitted; nothing is committed.
    private mutating func attempt(_ pod: PodSpec, _ adjust: (inout AdmissionSettings) -> Void = { _ in })
        -> DecisionTrace?
    {
        var rules = admission.settings
        rules.notesStock = false
        rules.choosesDevices = false
        rules.afterRefusal = .rollBack
        adjust(&rules)
        var trial = PodAdmission(
            nodes: machine.nodeMask, distances: machine.distances, providers: registry.providers, settings: rules)
        // Providers may remember a pod that was refused, as the kubelet's CPU manager does.
        var pod = pod
        trials += 1
        pod.uid += "?\(trials)"
        var admitted: DecisionTrace?
        // Whoever throws before the commit is rolled back.
        _ = try? trial.admit(pod) { (trace) throws(NUMAHintsError) in
            admitted = trace
            throw NUMAHintsError(.usage, "a trial")
        }
        return admitted
    }

    // MARK: Smaller requests

    private mutating func smaller(_ pod: PodSpec, _ refused: Explanation, _ refusal: Refusal) -> [Change] {
        guard let rows = refused.units.last?.rows else { return [] }
        var found: [Change] = []
        for (index, container) in pod.containers.enumerated()
        where refusal.container == nil || refusal.container == container.name {
            for row in rows {
                guard let asked = container.requests[row.resource] else { continue }
                let others = row.requested - min(asked, row.requested)
                for less in Self.amounts(below: asked, row, besides: others) {
                    var other = pod
                    other.containers[index].requests[row.resource] = less
                    if container.limits[row.resource] != nil { other.containers[index].limits[row.resource] = less }
                    guard let trace = attempt(other) else { continue }
                    found.append(
                        Change(
                            .request(container: container.name, row.resource, from: asked, to: less), admitted: trace))
                    break
                }
            }
        }
        return found
    }

    /// How many requests of whole CPUs or pieces are tried one by one.
    private static let mostSteps: UInt64 = 64

    /// Amounts that may do, the largest first, none of them 0: of CPUs and pieces those just below, and of all what some
    /// nodes have free.
    ///
    /// - Parameter others: what the unit asks for besides.
    private static func amounts(below asked: UInt64, _ row: ResourceRow, besides others: UInt64) -> [UInt64] {
        let free = row.cells.map(\.free).sorted(by: >).prefix(8)
        var amounts: Set<UInt64> = [0]
        for amount in free { amounts.formUnion(amounts.map { $0.addingClamped(amount) }) }
        amounts.formUnion(amounts.map { $0 - min($0, others) })
        if row.resource.unit != .bytes {
            let unit: UInt64 = row.resource == .cpu ? 1000 : 1
            let most = asked == 0 ? 0 : (asked - 1) / unit
            amounts = Set(amounts.map { $0 / unit * unit })
            amounts.formUnion((0..<min(most, mostSteps)).map { (most - $0) * unit })
        }
        return amounts.filter { $0 > 0 && $0 < asked }.sorted(by: >)
    }

    // MARK: Others

    /// Without one of those that hold what is short.
    private mutating func withoutHolders(_ pod: PodSpec, _ refused: Explanation) -> [Change] {
        let short = refused.units.last?.cause?.holdings ?? []
        var found: [Change] = []
        for resident in residents where resident.pod.uid != pod.uid {
            let name = "\(resident.pod.namespace)/\(resident.pod.name)"
            var frees: ResourceAmounts = [:]
            for holding in short where holding.uid == resident.pod.uid {
                frees[holding.resource] = (frees[holding.resource] ?? 0).addingClamped(holding.amount)
            }
            guard !frees.isEmpty else { continue }
            guard let trace = admitted(pod, without: resident) else { continue }
            found.append(
                Change(.holder(uid: resident.pod.uid, name: name, frees: Array(frees)), admitted: trace))
        }
        return found
    }

    /// The decision while another pod holds nothing, if it is admitted.
    private mutating func admitted(_ pod: PodSpec, without resident: PodHoldings) -> DecisionTrace? {
        do throws(ProviderFailure) {
            var states: [(provider: ProviderInstance, states: [MemoryState])] = []
            for provider in registry.providers { states.append((provider, try provider.memoryStates())) }
            let leaks = admission.release(resident.pod)
            let trace = leaks.isEmpty ? attempt(pod) : nil
            try admission.restore(resident.pod, resident.pieces)
            for (provider, states) in states {
                for state in states { try provider.restore(state) }
            }
            return trace
        } catch {
            residents.removeAll { $0.pod.uid == resident.pod.uid }
            // What is decided from here on would be wrong.
            lost.append("\(resident.pod.namespace)/\(resident.pod.name) could not be put back: \(error)")
            return nil
        }
    }

    private mutating func otherRules(_ pod: PodSpec) -> [Change] {
        var found: [Change] = []
        for scope in Scope.allCases where scope != admission.settings.scope {
            guard let trace = attempt(pod, { $0.scope = scope }) else { continue }
            found.append(Change(.scope(scope), admitted: trace))
        }
        let now = admission.settings.merge.policy
        // One less strict after the other; the first is the one to take.
        for policy in [Policy.restricted, .bestEffort, .none] where policy.isLess(than: now) {
            guard let trace = attempt(pod, { $0.merge.policy = policy }) else { continue }
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
