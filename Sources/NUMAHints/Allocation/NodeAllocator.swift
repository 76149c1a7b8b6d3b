// SPDX-License-Identifier: Apache-2.0

package import Admission
package import Explanation
import FoundationEssentials
import JSONWriting
package import NUMACore
package import ProviderHost
import Synchronization

/// A node whose allocations last beyond the process: its providers' books are what the ledger says.
///
/// The caller holds the ledger's lock as long as this lives.
package struct NodeAllocator: AllocationReader {
    /// What became of a pod.
    package enum Outcome {
        /// It was admitted before, and has what the ledger says.
        case held(LedgerPod)
        /// It was decided about now.
        case decided(PodDecision)
    }

    /// What should be known: how the machine changed since the ledger was written last, what pods have lost by that,
    /// and what could not be undone.
    package let warnings: [String]
    private var admission: DurableAdmission
    private let written: WrittenDecision
    package let providers: [ProviderInstance]
    package let ledger: any AdmissionLedger
    package let machine: Machine
    /// Prefix of the machine's /sys and /proc; nil if there are none.
    let root: String?
    /// What decides beside the machine, the providers and the pod.
    let settings: AdmissionSettings

    /// Tells the providers of a node what the ledger says that pods hold, and ends what an earlier process began.
    ///
    /// - Parameters:
    ///   - describe: a decision as the ledger is to keep it, as JSON text.
    ///   - now: the time as the ledger is to show it; the clock's in UTC by ISO 8601 if it is not given.
    ///   - observer: hears what providers are asked, and of merges.
    /// - Throws: of code `state` if the machine no longer has what a pod holds and the settings refuse that; of code
    ///   `provider` if a provider fails.
    package init(
        _ node: Node, ledger: any AdmissionLedger, describe: @escaping @Sendable (PodDecision) -> String,
        now clock: (@Sendable () -> String)? = nil, observer: (any NodeObserver)? = nil
    ) throws(NUMAHintsError) {
        var rules = node.settings.admission
        rules.notesStock = true
        self.ledger = ledger
        self.machine = node.machine
        root = node.root
        settings = rules
        providers = node.registry.providers
        let style = Date.ISO8601FormatStyle()
        let now = clock ?? { Date.now.formatted(style) }
        let machine = node.machine
        let written = WrittenDecision()
        self.written = written
        let scribe = LedgerScribe(
            now: now, decision: { describe(written.keep(Self.decision($0, ledger, machine))) }
        ) { event, name, container, lines in
            LedgerEvent(event.rawValue, name, container, lines, time: now()).json
        }
        let changes = try Self.noteMachine(of: node, ledger, scribe)
        let asked: [any LastingProvider] =
            if let observer { providers.map { MeasuredProvider($0, observer) } } else { providers }
        admission = try DurableAdmission(
            node.machine, providers: asked, settings: rules, ledger: ledger, scribe: scribe,
            onLoss: node.settings.lossHandling)
        admission.mergeObserver = observer.map { MergeTimer($0) }
        warnings = changes + admission.losses.map(\.description) + admission.warnings
    }

    /// Compares the machine with what the ledger says of it, and lets the ledger know it as it is now.
    ///
    /// - Returns: what is not as it was, a line each.
    private static func noteMachine(of node: Node, _ ledger: any AdmissionLedger, _ scribe: LedgerScribe)
        throws(NUMAHintsError) -> [String]
    {
        let facts = try MachineFacts(node)
        let text = facts.text
        guard let known = try ledger.machine() else {
            try ledger.note(LedgerNote(machine: text))
            return []
        }
        guard known != text else { return [] }
        let changes = MachineFacts(text: known).map { facts.changes(since: $0) } ?? []
        guard !changes.isEmpty else { return [] }
        let lines = changes.map { "since the last change of the ledger, \($0)" }
        let decision = LedgerDecision(
            uid: "", name: "the machine", verdict: LedgerScribe.Event.changed.rawValue,
            text: scribe.event(.changed, "the machine", nil, changes))
        try ledger.note(LedgerNote(decision: decision, machine: text))
        return lines
    }

    /// Decides about a pod, and keeps what it is given. A pod that the ledger has is not decided about again.
    package mutating func admit(_ pod: PodSpec) throws(NUMAHintsError) -> Outcome {
        switch try admission.admit(pod) {
        case .held(let known): .held(known)
        // No decision is given out that was not written.
        case .decided(let trace): .decided(written.take() ?? Self.decision(trace, ledger, machine))
        }
    }

    /// With who has what is short.
    private static func decision(
        _ trace: DecisionTrace, _ ledger: any AdmissionLedger, _ machine: Machine
    ) -> PodDecision {
        PodDecision(trace, on: machine) {
            // The decision stands, also where the ledger cannot be read now.
            (try? ledger.pods())?.map { PodHoldings($0.admission.pod, pieces: $0.admission.pieces) }
        }
    }

    /// Frees what a pod, or one of its containers, has. Its groups are partitions no longer.
    ///
    /// - Returns: what it had; nil if it has nothing, which is fine.
    package mutating func release(_ holder: Holder) throws(NUMAHintsError) -> LedgerPod? {
        // First, lest a crash leave CPUs that nobody holds and nobody may use.
        dissolve(try attachments(of: holder))
        return try admission.release(holder)
    }
}

/// The decision that the ledger got last: who asked for it is given the same.
private final class WrittenDecision: Sendable {
    private let last = Mutex<PodDecision?>(nil)

    func keep(_ decision: PodDecision) -> PodDecision {
        last.withLock { $0 = decision }
        return decision
    }

    /// The decision, which is then forgotten.
    func take() -> PodDecision? {
        last.withLock { last in
            defer { last = nil }
            return last
        }
    }
}

/// What was done other than deciding, as the ledger keeps it.
private struct LedgerEvent: Encodable {
    var schemaVersion = 1
    var event: String
    var container: String?
    var time: String
    /// Why, for people.
    var lines: [String]
    /// The same on one line, and as `explain --uid` shows it.
    var summary: String
    var text: String

    /// - Parameter name: the pod's namespace and name, or `the machine`.
    init(_ event: String, _ name: String, _ container: String?, _ lines: [String], time: String) {
        self.event = event
        self.container = container
        self.time = time
        self.lines = lines
        summary = ((container.map { ["container \($0)"] } ?? []) + lines).joined(separator: "; ")
        let whose = name + (container.map { ", container \($0)" } ?? "")
        text = "\(name == "the machine" ? "" : "pod ")\(whose): \(event)\n" + lines.map { "  \($0)\n" }.joined()
    }

    /// Text can always be written.
    var json: String { (try? CompactJSON.text(of: self)) ?? "{}" }
}
