// SPDX-License-Identifier: Apache-2.0

import HintMerge
public import NUMACore

/// Carries one pod from scope to allocation, or leaves the providers as they were.
///
/// Calls must not overlap: providers are asked one after another, by one caller at a time.
public struct PodAdmission {
    /// The machine's nodes; also the candidates of every request.
    public let nodes: NUMANodeMask
    public let settings: AdmissionSettings
    /// In registry order, which is the order in which they are asked and prepared.
    public let providers: [any HintProvider]
    let merger: HintMerger
    /// Nil where nobody looks on.
    package var mergeObserver: (any MergeObserver)?
    private var lastTransaction: UInt64 = 0

    /// - Parameter nodes: the machine's. Must not be empty.
    public init(
        nodes: NUMANodeMask, distances: Distances?, providers: [any HintProvider], settings: AdmissionSettings
    ) {
        self.nodes = nodes
        self.settings = settings
        self.providers = providers
        merger = HintMerger(nodes: nodes, distances: distances, options: settings.merge)
    }

    /// Decides about a pod and lets the providers take what it gets.
    ///
    /// An admitted pod is committed by every provider. A refused pod leaves every provider as it was:
    /// the transaction is rolled back in reverse order, and what was committed before a commit failed
    /// is released.
    ///
    /// - Parameter held: what containers of the pod have already, by their place in `pod.containers`: after a
    ///   restart the providers were told so by ``restore(_:_:)``.
    public mutating func admit(_ pod: PodSpec, held: [[Assignment]] = []) -> DecisionTrace {
        decide(pod, held) { _ in }.trace
    }

    /// The same, with a record of what an admitted pod is about to be given, made before any provider commits.
    ///
    /// - Throws: what `record` throws; every provider is then as it was.
    public mutating func admit(
        _ pod: PodSpec, recording record: (DecisionTrace) throws(NUMAHintsError) -> Void
    ) throws(NUMAHintsError) -> DecisionTrace {
        let decision = decide(pod, [], record)
        if let problem = decision.problem { throw problem }
        return decision.trace
    }

    private mutating func decide(
        _ pod: PodSpec, _ held: [[Assignment]], _ record: (DecisionTrace) throws(NUMAHintsError) -> Void
    ) -> (trace: DecisionTrace, problem: NUMAHintsError?) {
        var trace = DecisionTrace(pod: pod, scope: settings.scope, options: settings.merge, nodes: nodes)
        trace.warnings = unclaimed(of: pod)
        if let refusal = refusalWithoutHints(of: trace) {
            trace.verdict = .refused(refusal)
            return (trace, nil)
        }
        var problem: NUMAHintsError?
        let transaction = nextTransaction()
        var committed: [any HintProvider] = []
        var unknown: Reason?
        do throws(Refusal) {
            try place(pod, transaction, held, &trace)
            do throws(NUMAHintsError) {
                try record(trace)
            } catch {
                problem = error
                throw Refusal(.providerFault, container: nil, reason: Reason("\(error)"))
            }
            for provider in providers {
                do throws(ProviderFailure) {
                    try provider.commit(transaction)
                } catch {
                    // It may have changed hardware: whoever recovers next restores and releases.
                    if error.reason.code == ProviderFailure.unknownOutcomeCode { unknown = Self.leak(error, provider) }
                    throw Refusal(error, container: nil)
                }
                committed.append(provider)
            }
            tell(trace, held)
        } catch {
            let open = Array(providers.dropFirst(committed.count).reversed())
            trace.warnings += undo(pod, transaction, open: open, committed: committed.reversed())
            if let unknown { trace.warnings.append(unknown) }
            trace.allocations = []
            trace.nearness = []
            trace.verdict = .refused(error)
        }
        return (trace, problem)
    }

    /// Learns what containers of a pod have since before a restart, by their place in `pod.containers`; to be
    /// called before anything else.
    ///
    /// - Throws: what the machine no longer has, and whose it was.
    public func restore(_ pod: PodSpec, _ held: [[Assignment]]) throws(ProviderFailure) {
        for index in pod.containers.indices where held.indices.contains(index) && !held[index].isEmpty {
            let request = ResourceRequest(pod: pod, container: index, candidateNodes: nodes, held: held)
            for provider in providers { try provider.restore(request) }
        }
    }

    /// Tells what the containers of an admitted pod have to those who keep it for another process.
    private func tell(_ trace: DecisionTrace, _ before: [[Assignment]]) {
        guard providers.contains(where: \.hearsGiven) else { return }
        let (pod, held) = (trace.pod, PodHoldings(admitted: trace, before: before).pieces)
        for provider in providers where provider.hearsGiven {
            for index in pod.containers.indices where !held[index].isEmpty {
                provider.given(ResourceRequest(pod: pod, container: index, candidateNodes: nodes, held: held))
            }
        }
    }

    /// A container started: what ordinary init containers before it held of memory is free.
    public func started(_ container: Holder) {
        for provider in providers { provider.started(container) }
    }

    /// Frees what a pod has, container by container in its order; returns what could not be freed.
    ///
    /// - Parameter name: of the container that alone is meant, if one is.
    public mutating func release(_ pod: PodSpec, only name: String? = nil) -> [Reason] {
        pod.containers.filter { name == nil || $0.name == name }.flatMap {
            release(Holder(podUID: pod.uid, container: $0.name), from: providers)
        }
    }

    /// Frees what a pod has, or one of its containers, with a record made before any provider commits.
    ///
    /// - Returns: what could not be committed: a provider that fails there has it still, the others do not.
    /// - Throws: what `record` throws, or of code `provider` what a provider does not free; every provider is then as
    ///   it was.
    public mutating func release(
        _ pod: PodSpec, only name: String? = nil, recording record: () throws(NUMAHintsError) -> Void
    ) throws(NUMAHintsError) -> [Reason] {
        let transaction = nextTransaction()
        do throws(NUMAHintsError) {
            for provider in providers {
                for container in pod.containers where name == nil || container.name == name {
                    do throws(ProviderFailure) {
                        try provider.release(transaction, Holder(podUID: pod.uid, container: container.name))
                    } catch {
                        throw NUMAHintsError(
                            .provider, "pod \(pod.namespace)/\(pod.name): \(Self.leak(error, provider).text)")
                    }
                }
            }
            try record()
        } catch {
            for provider in providers.reversed() { provider.rollback(transaction) }
            throw error
        }
        var leaks: [Reason] = []
        for provider in providers {
            do throws(ProviderFailure) {
                try provider.commit(transaction)
            } catch {
                provider.rollback(transaction)
                leaks.append(Self.leak(error, provider))
            }
        }
        return leaks
    }

    /// Takes back what a refused pod was given.
    private mutating func undo(
        _ pod: PodSpec, _ transaction: TransactionID, open: [any HintProvider], committed: [any HintProvider]
    ) -> [Reason] {
        switch settings.afterRefusal {
        case .rollBack:
            for provider in open { provider.rollback(transaction) }
            return release(Holder(podUID: pod.uid), from: committed)
        case .release:
            for provider in open {
                do throws(ProviderFailure) {
                    try provider.commit(transaction)
                } catch {
                    provider.rollback(transaction)
                }
            }
            return release(pod)
        }
    }

    private mutating func nextTransaction() -> TransactionID {
        lastTransaction += 1
        return TransactionID(rawValue: lastTransaction)
    }

    /// The code of a reason that says what a provider did not free.
    static let leakCode = "leaked"

    private static func leak(_ failure: ProviderFailure, _ provider: any HintProvider) -> Reason {
        Reason("\(provider.id) could not release: \(failure.reason.text)", code: leakCode)
    }

    /// Frees what a holder has; what a provider could not free is said, and does not stop the others.
    private mutating func release(_ holder: Holder, from owners: [any HintProvider]) -> [Reason] {
        let transaction = nextTransaction()
        var leaks: [Reason] = []
        for provider in owners {
            do throws(ProviderFailure) {
                try provider.release(transaction, holder)
                try provider.commit(transaction)
            } catch {
                provider.rollback(transaction)
                leaks.append(Self.leak(error, provider))
            }
        }
        return leaks
    }

    private func place(
        _ pod: PodSpec, _ transaction: TransactionID, _ before: [[Assignment]], _ trace: inout DecisionTrace
    ) throws(Refusal) {
        var holdings = PodHoldings(pod, pieces: before)
        for unit in settings.scope.units(of: pod) {
            let request = ResourceRequest(pod: pod, container: unit, candidateNodes: nodes, held: holdings.pieces)
            let affinity = try affinity(for: request, &trace)
            for index in unit.map({ $0...$0 }) ?? 0...(pod.containers.count - 1) {
                let own = ResourceRequest(
                    pod: pod, container: index, candidateNodes: nodes, held: holdings.pieces)
                let given = try prepare(own, affinity, transaction, &trace)
                holdings.give(given, to: index)
                trace.allocations.append(
                    Allocation(container: pod.containers[index].name, assignments: given))
            }
        }
    }

    /// Asks every provider, merges, and lets the policy decide.
    private func affinity(for request: ResourceRequest, _ trace: inout DecisionTrace) throws(Refusal)
        -> TopologyHint
    {
        let name = request.subject?.name
        var unit = UnitTrace(
            container: name, requests: request.subject?.requests ?? request.pod.effectiveRequests)
        defer { trace.units.append(unit) }
        guard settings.merge.policy != .none else {
            unit.stock = try stock(name)
            return TopologyHint(nodes: nil, isPreferred: false)
        }
        for provider in providers {
            do throws(ProviderFailure) {
                let answers = try provider.hints(for: request)
                unit.answers.append(ProviderAnswers(provider: provider.id, answers: answers))
            } catch {
                throw Refusal(error, container: name)
            }
        }
        unit.stock = try stock(name)
        let answers = unit.resourceAnswers
        let decision = mergeObserver?.observe { merger.merge(answers) } ?? merger.merge(answers)
        unit.merge = decision
        guard decision.unresolved.isEmpty else {
            let names = decision.unresolved.map(\.rawValue).joined(separator: ", ")
            let text = "the hints of \(names) could not be merged within \(settings.merge.stepLimit) steps"
            throw Refusal(.mergeLimit, container: name, reason: Reason(text, code: "merge-step-limit"))
        }
        guard decision.admits else {
            let text = "the policy \(settings.merge.policy.rawValue) does not admit what the hints allow"
            throw Refusal(.topologyAffinity, container: name, reason: Reason(text, code: "topology-affinity"))
        }
        return decision.best
    }

    private func stock(_ container: String?) throws(Refusal) -> [Stock] {
        guard settings.notesStock else { return [] }
        var stock: [Stock] = []
        for provider in providers {
            do throws(ProviderFailure) {
                stock += try provider.stock()
            } catch {
                throw Refusal(error, container: container)
            }
        }
        return stock
    }

    private func prepare(
        _ request: ResourceRequest, _ affinity: TopologyHint, _ transaction: TransactionID,
        _ trace: inout DecisionTrace
    ) throws(Refusal) -> [Assignment] {
        let name = request.subject?.name
        var assignments: [Assignment] = []
        do throws(ProviderFailure) {
            var plan = try devicePlan(request, affinity)
            for provider in providers {
                assignments += try prepare(provider, request, affinity, transaction, &plan)
            }
            if let nearness = nearness(plan, assignments, container: name ?? "", affinity) {
                trace.nearness.append(nearness)
            }
        } catch {
            throw Refusal(error, container: name)
        }
        return assignments
    }
}

extension Refusal: Error {
    /// A provider that has too little refuses; one that fails is at fault.
    init(_ failure: ProviderFailure, container: String?) {
        let isRefusal = failure.kind == .exhausted || failure.kind == .unsupported
        self.init(isRefusal ? .allocation : .providerFault, container: container, reason: failure.reason)
        if !isRefusal { reason.text = "provider \(failure.provider): \(reason.text)" }
    }
}
