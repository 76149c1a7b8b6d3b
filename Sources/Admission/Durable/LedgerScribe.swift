// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Writes what is done in the words that a ledger keeps: the time, and JSON text.
public struct LedgerScribe: Sendable {
    /// What was done with a pod, other than deciding about it.
    public enum Event: String, Sendable {
        /// It was released, or one of its containers.
        case released
        /// A crash had left its admission half made.
        case undone
        /// The machine no longer had all that it held.
        case lost
        /// The machine is another than before; concerns no pod.
        case changed
    }

    /// The time, as the ledger is to show it.
    public var now: @Sendable () -> String
    /// A decision.
    public var decision: @Sendable (DecisionTrace) -> String
    /// What was done with a pod, or with a container of it, and lines that say why. The name is that of the pod with its
    /// namespace.
    public var event: @Sendable (Event, _ name: String, _ container: String?, _ lines: [String]) -> String

    public init(
        now: @escaping @Sendable () -> String, decision: @escaping @Sendable (DecisionTrace) -> String,
        event: @escaping @Sendable (Event, String, String?, [String]) -> String
    ) {
        self.now = now
        self.decision = decision
        self.event = event
    }

    func record(_ trace: DecisionTrace) -> LedgerDecision {
        LedgerDecision(
            uid: trace.pod.uid, name: "\(trace.pod.namespace)/\(trace.pod.name)",
            verdict: trace.verdict.isAdmitted ? "admitted" : "refused", text: decision(trace))
    }

    func record(_ event: Event, _ pod: LedgerPod, container: String? = nil, _ lines: [String] = [])
        -> LedgerDecision
    {
        LedgerDecision(
            uid: pod.uid, name: pod.name, verdict: event.rawValue,
            text: self.event(event, pod.name, container, lines))
    }
}
