// SPDX-License-Identifier: Apache-2.0

import HintMerge
public import NUMACore

/// Admits and releases pods so that it lasts: what the providers' books say is what the ledger says, also after a
/// crash at any point.
///
/// Providers are only changed after the ledger knows of it. Where none has effects outside its books, an admission is
/// one write; else it is two: the intent before the first commit, the mark after the last. The caller holds the
/// ledger's lock as long as this lives. Calls must not overlap.
public struct DurableAdmission {
    /// What became of a pod.
    public enum Outcome: Sendable {
        /// It was admitted before, and has what the ledger says.
        case held(LedgerPod)
        /// It was decided about now.
        case decided(DecisionTrace)
    }

    /// What pods hold by the ledger, and the machine no longer has.
    public private(set) var losses: [Loss] = []
    /// What could not be put right, each in one line: it is tried again by the next one that recovers.
    public private(set) var warnings: [String] = []
    /// Nil where nobody looks on.
    package var mergeObserver: (any MergeObserver)? {
        get { admission.mergeObserver }
        set { admission.mergeObserver = newValue }
    }
    private var admission: PodAdmission
    private let providers: [any LastingProvider]
    private let ledger: any AdmissionLedger
    private let scribe: LedgerScribe
    private let isBooksOnly: Bool
    /// The uids of all pods that the ledger may have: while its lock is held, nobody else adds any.
    private var known: Set<String>

    /// Restores the providers, starts them, and ends what an earlier process began and did not end: an admission is
    /// undone, a release is completed.
    ///
    /// - Parameters:
    ///   - providers: new instances, in registry order.
    ///   - handling: what is done about pods that lost something.
    /// - Throws: of code `state` if something was lost and that is to be refused, or of code `provider`. Nothing is
    ///   changed then but what was completed.
    public init(
        _ machine: Machine, providers: [any LastingProvider], settings: AdmissionSettings,
        ledger: any AdmissionLedger, scribe: LedgerScribe, onLoss handling: LossHandling = .keep
    ) throws(NUMAHintsError) {
        self.providers = providers
        self.ledger = ledger
        self.scribe = scribe
        isBooksOnly = providers.allSatisfy(\.isBooksOnly)
        admission = PodAdmission(
            nodes: machine.nodeMask, distances: machine.distances, providers: providers, settings: settings)
        let pods = try ledger.pods()
        known = Set(pods.map(\.uid))
        var recovery = try Recovery(providers, inventory: Inventory(machine))
        for pod in pods { try recovery.restore(pod) }
        losses = recovery.losses
        if handling == .refuse, !losses.isEmpty { throw Self.refusal(losses) }
        if !pods.isEmpty { try recovery.restore(try ledger.memory()) }
        for provider in providers {
            do throws(ProviderFailure) { try provider.start() } catch { throw NUMAHintsError(.provider, "\(error)") }
        }
        for pod in pods {
            if let orphan = pod.orphan(in: nil, providers) {
                warnings.append("pod \(pod.name): no provider is loaded for its \(orphan)")
            }
            if pod.state != .committed { try complete(pod) }
        }
        guard handling == .release else { return }
        for pod in pods where losses.contains(where: { $0.uid == pod.uid }) { try releaseLost(pod) }
    }

    /// Releases a pod that lost something; where a provider does not let it go, that is a warning.
    private mutating func releaseLost(_ pod: LedgerPod) throws(NUMAHintsError) {
        let lines = losses.filter { $0.uid == pod.uid }.map(\.description)
        do throws(NUMAHintsError) {
            try release(pod, container: nil, .lost, lines)
        } catch  where error.code == .provider {
            warnings.append(error.message)
            return
        }
        losses.removeAll { $0.uid == pod.uid }
        warnings += lines.map { "\($0): the pod is released" }
    }

    private static func refusal(_ losses: [Loss]) -> NUMAHintsError {
        let shown = losses.prefix(5).map(\.description).joined(separator: "; ")
        let more = losses.count > 5 ? "; and \(losses.count - 5) more" : ""
        return NUMAHintsError(.state, "the machine no longer has what pods hold: \(shown)\(more)")
    }

    /// Ends what was begun with a pod; what a provider does not release stays begun.
    private mutating func complete(_ pod: LedgerPod) throws(NUMAHintsError) {
        guard pod.orphan(in: pod.leaving, providers) == nil else { return }
        let leaks = admission.release(pod.admission.pod, only: pod.leaving)
        guard leaks.isEmpty else {
            warnings += leaks.map { "pod \(pod.name): \($0.text)" }
            return
        }
        switch pod.state {
        case .intended:
            let text = try ledger.decisions(uid: pod.uid).last { $0.sequence == pod.sequence }?.decision.text
            var decision = scribe.record(.undone, pod)
            decision.text = text ?? decision.text
            try ledger.forget(uid: pod.uid, LedgerNote(decision: decision, memory: try memory()))
        case .releasing: try finish(pod, container: pod.leaving, scribe.record(.released, pod, container: pod.leaving))
        case .committed: break
        }
    }
}

// MARK: - Admitting

extension DurableAdmission {
    /// What the ledger has of an admission.
    private enum Written { case nothing, intent, whole }

    /// Decides about a pod, and keeps what it is given. A pod that the ledger has is not decided about again.
    ///
    /// - Throws: if the ledger or a provider failed in a way that left open what became of the pod; ledger and
    ///   providers are as before, or the next one that recovers makes them so.
    public mutating func admit(_ pod: PodSpec) throws(NUMAHintsError) -> Outcome {
        if known.contains(pod.uid), let held = try ledger.pod(uid: pod.uid) {
            guard held.state == .committed || held.leaving != nil else {
                throw NUMAHintsError(.state, "pod \(held.name) is \(held.state.rawValue), which has not ended yet")
            }
            return .held(held)
        }
        known.insert(pod.uid)
        var written = Written.nothing
        let books = self
        let trace = try admission.admit(pod) { (trace) throws(NUMAHintsError) in
            let note = LedgerNote(decision: books.scribe.record(trace), memory: try books.memory())
            let admission = LedgerAdmission(trace, time: books.scribe.now())
            if books.isBooksOnly {
                try books.ledger.record(admission, note)
                written = .whole
            } else {
                try books.ledger.intend(admission, note)
                written = .intent
            }
        }
        if trace.verdict.isAdmitted {
            if written == .intent { try markCommitted(pod) }
        } else {
            try noteRefusal(trace, written)
        }
        return .decided(trace)
    }

    private mutating func markCommitted(_ pod: PodSpec) throws(NUMAHintsError) {
        do throws(NUMAHintsError) {
            try ledger.markCommitted(uid: pod.uid)
        } catch {
            // The ledger has an intent, which whoever recovers next undoes, if it cannot be forgotten now.
            if admission.release(pod).isEmpty, let memory = try? memory() {
                try? ledger.forget(uid: pod.uid, LedgerNote(memory: memory))
            }
            throw error
        }
    }

    /// Writes a refusal, and takes back what was written before a commit failed.
    private func noteRefusal(_ trace: DecisionTrace, _ written: Written) throws(NUMAHintsError) {
        let note = LedgerNote(decision: scribe.record(trace), memory: try memory())
        let isLeaked = trace.warnings.contains { $0.code == PodAdmission.leakCode }
        switch written {
        case .nothing: try ledger.note(note)
        case .intent where !isLeaked: try ledger.forget(uid: trace.pod.uid, note)
        case .whole where !isLeaked: try ledger.remove(uid: trace.pod.uid, note)
        case .intent, .whole:
            try ledger.markReleasing(uid: trace.pod.uid, container: nil)
            try ledger.note(note)
        }
    }

    /// The books of the providers that keep any by node, in order of id.
    private func memory() throws(NUMAHintsError) -> [LedgerMemory] {
        var memory: [LedgerMemory] = []
        for provider in providers.sorted(by: { $0.id < $1.id }) {
            do throws(ProviderFailure) {
                let states = try provider.memoryStates()
                if !states.isEmpty { memory.append(LedgerMemory(provider: provider.id, states: states)) }
            } catch {
                throw NUMAHintsError(.provider, "\(error)")
            }
        }
        return memory
    }
}

// MARK: - Releasing

extension DurableAdmission {
    /// Frees what a pod, or one of its containers, has.
    ///
    /// - Returns: what it had; nil if it has nothing, which is fine.
    /// - Throws: of code `input` for a container that the pod does not have; of code `provider` if a provider does not
    ///   release it: it is then held as before, or the next one that recovers tries again.
    public mutating func release(_ holder: Holder) throws(NUMAHintsError) -> LedgerPod? {
        guard let pod = try ledger.pod(uid: holder.podUID) else { return nil }
        if let name = holder.container, !pod.admission.pod.containers.contains(where: { $0.name == name }) {
            throw NUMAHintsError(.input, "pod \(holder.podUID) has no container \(name)")
        }
        // A release of the whole pod that was begun is not narrowed.
        let isWhole = pod.state == .releasing && pod.leaving == nil
        try release(pod, container: isWhole ? nil : holder.container, .released, [])
        return pod
    }

    private mutating func release(
        _ pod: LedgerPod, container: String?, _ event: LedgerScribe.Event, _ lines: [String]
    ) throws(NUMAHintsError) {
        if let orphan = pod.orphan(in: container, providers) {
            throw NUMAHintsError(
                .provider,
                "pod \(pod.name): no provider is loaded for its \(orphan), which could not be freed; "
                    + "load it, or forget the pod with --without-providers")
        }
        let decision = scribe.record(event, pod, container: container, lines)
        let books = self
        let leaks = try admission.release(pod.admission.pod, only: container) { () throws(NUMAHintsError) in
            if books.isBooksOnly {
                try books.finish(pod, container: container, decision)
            } else {
                try books.ledger.markReleasing(uid: pod.uid, container: container)
            }
        }
        if let leak = leaks.first { throw NUMAHintsError(.provider, "pod \(pod.name): \(leak.text)") }
        if !isBooksOnly { try finish(pod, container: container, decision) }
    }

    private func finish(_ pod: LedgerPod, container: String?, _ decision: LedgerDecision) throws(NUMAHintsError) {
        let note = LedgerNote(decision: decision, memory: try memory())
        var pieces = pod.admission.pieces
        for index in pieces.indices where container == nil || pod.admission.pod.containers[index].name == container {
            pieces[index] = []
        }
        if pieces.allSatisfy(\.isEmpty) {
            try ledger.remove(uid: pod.uid, note)
        } else {
            try ledger.replace(uid: pod.uid, pieces: pieces, note)
        }
    }
}

extension LedgerAdmission {
    /// What a trace says that a pod was given.
    fileprivate init(_ trace: DecisionTrace, time: String) {
        let pod = trace.pod
        var holdings = PodHoldings(pod)
        for (index, given) in trace.allocations.enumerated() { holdings.give(given.assignments, to: index) }
        let affinities = pod.containers.indices.map { index in
            trace.units[trace.scope == .pod ? 0 : index].merge.map {
                LedgerAffinity(nodes: $0.best.nodes, isPreferred: $0.best.isPreferred)
            }
        }
        self.init(pod: pod, pieces: holdings.pieces, affinities: affinities, time: time)
    }
}
