// SPDX-License-Identifier: Apache-2.0

public import Admission
public import Explanation
public import NUMACore
import HintMerge
import ProviderHost

/// A node whose allocations last beyond the process: its providers' books are what the ledger says.
///
/// The caller holds the ledger's lock as long as this lives.
public struct NodeAllocator {
    /// What became of a pod.
    public enum Outcome {
        /// It was admitted before, and has what the ledger says.
        case held(LedgerPod)
        /// It was decided about now.
        case decided(Explanation)
    }

    private var admission: PodAdmission
    private let providers: [ProviderInstance]
    private let ledger: any AdmissionLedger

    /// Tells the providers of a node what the ledger says that pods hold. What an earlier process began and did not
    /// end is undone, or ended if it was a release: nothing outside the books was changed by it.
    ///
    /// - Throws: of code `state` if the machine no longer has what a pod holds, naming both; of code `provider` if a
    ///   provider has effects outside its books, which cannot be taken back yet.
    public init(_ node: Node, ledger: any AdmissionLedger) throws(NUMAHintsError) {
        var rules = node.settings.admission
        rules.notesStock = true
        providers = node.registry.providers
        self.ledger = ledger
        admission = PodAdmission(
            nodes: node.machine.nodeMask, distances: node.machine.distances, providers: providers, settings: rules)
        if let other = providers.first(where: { !$0.isBooksOnly }) {
            throw NUMAHintsError(
                .provider, "\(other.id) has effects outside its books, which an admission cannot take back yet",
                file: other.path)
        }
        try recover()
        let pods = try ledger.pods()
        for pod in pods { try restore(pod) }
        guard !pods.isEmpty else { return }
        for memory in try ledger.memory() {
            if let provider = providers.first(where: { $0.id == memory.provider }) { try restore(memory, of: provider) }
        }
    }

    /// Puts back on which node of several the memory of pods was. Where nodes have other amounts to give than before,
    /// that means nothing any more, and what the pods themselves hold is all that counts.
    private func restore(_ memory: LedgerMemory, of provider: ProviderInstance) throws(NUMAHintsError) {
        func allocatable(_ states: [MemoryState]) -> [[UInt64]] { states.map { $0.tables.map(\.allocatable) } }
        do throws(ProviderFailure) {
            guard allocatable(try provider.memoryStates()) == allocatable(memory.states) else { return }
            for state in memory.states { try provider.restore(state) }
        } catch {
            throw NUMAHintsError(.state, "the books of \(provider.id): \(error.reason.text)")
        }
    }

    private func recover() throws(NUMAHintsError) {
        for pod in try ledger.open() {
            switch pod.state {
            case .intended: try ledger.forget(uid: pod.uid, LedgerNote())
            case .releasing: try ledger.remove(uid: pod.uid, LedgerNote())
            case .committed: break
            }
        }
    }

    private func restore(_ pod: LedgerPod) throws(NUMAHintsError) {
        do throws(ProviderFailure) {
            try admission.restore(pod.admission.pod, pod.admission.pieces)
        } catch {
            let name = "\(pod.admission.pod.namespace)/\(pod.admission.pod.name)"
            throw NUMAHintsError(
                .state,
                "pod \(name): \(error.reason.text); numa-hints release \(pod.uid) --without-providers forgets it")
        }
    }

    /// Decides about a pod, and keeps what it is given. A pod that the ledger has is not decided about again.
    ///
    /// - Parameters:
    ///   - time: when it is, as the ledger is to show it.
    ///   - describe: the decision as the ledger is to keep it.
    public mutating func admit(
        _ pod: PodSpec, time: String, describe: (Explanation) -> String
    ) throws(NUMAHintsError) -> Outcome {
        if let known = try ledger.pod(uid: pod.uid) { return .held(known) }
        let (ledger, providers) = (ledger, providers)
        func note(_ trace: DecisionTrace) throws(NUMAHintsError) -> LedgerNote {
            let decision = LedgerDecision(
                uid: pod.uid, name: "\(pod.namespace)/\(pod.name)",
                verdict: trace.verdict.isAdmitted ? "admitted" : "refused", text: describe(Explanation(trace)))
            return LedgerNote(decision: decision, memory: try Self.memory(of: providers))
        }
        let trace = try admission.admit(pod) { (trace) throws(NUMAHintsError) in
            var holdings = PodHoldings(pod)
            for (index, given) in trace.allocations.enumerated() { holdings.give(given.assignments, to: index) }
            let affinities = pod.containers.indices.map { index in
                trace.units[trace.scope == .pod ? 0 : index].merge.map {
                    LedgerAffinity(nodes: $0.best.nodes, isPreferred: $0.best.isPreferred)
                }
            }
            try ledger.record(
                LedgerAdmission(pod: pod, pieces: holdings.pieces, affinities: affinities, time: time), note(trace))
        }
        if !trace.verdict.isAdmitted { try ledger.note(note(trace)) }
        return .decided(Explanation(trace))
    }

    /// Frees what a pod, or one of its containers, has.
    ///
    /// - Returns: what it had; nil if it has nothing, which is fine.
    public mutating func release(_ holder: Holder) throws(NUMAHintsError) -> LedgerPod? {
        guard let pod = try ledger.pod(uid: holder.podUID) else { return nil }
        var pieces = pod.admission.pieces
        if let name = holder.container {
            guard let index = pod.admission.pod.containers.firstIndex(where: { $0.name == name }) else {
                throw NUMAHintsError(.input, "pod \(holder.podUID) has no container \(name)")
            }
            pieces[index] = []
        }
        if let leak = admission.release(pod.admission.pod, only: holder.container).first {
            throw NUMAHintsError(.provider, leak.text)
        }
        let note = LedgerNote(memory: try Self.memory(of: providers))
        if holder.container == nil || pieces.allSatisfy(\.isEmpty) {
            try ledger.remove(uid: pod.uid, note)
        } else {
            try ledger.replace(uid: pod.uid, pieces: pieces, note)
        }
        return pod
    }

    private static func memory(of providers: [ProviderInstance]) throws(NUMAHintsError) -> [LedgerMemory] {
        var memory: [LedgerMemory] = []
        for provider in providers.sorted(by: { $0.id < $1.id }) {
            do throws(ProviderFailure) {
                let states = try provider.memoryStates()
                if !states.isEmpty { memory.append(LedgerMemory(provider: provider.id, states: states)) }
            } catch {
                throw NUMAHintsError(.provider, "\(error)", file: provider.path)
            }
        }
        return memory
    }
}
