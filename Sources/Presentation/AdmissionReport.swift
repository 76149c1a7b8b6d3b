// SPDX-License-Identifier: Apache-2.0

public import Admission
public import Explanation
import NUMACore

/// What became of pods, as data: what `admit -o json` and `-o yaml` print.
public struct AdmissionReport: Encodable, Sendable {
    private var schemaVersion = 1
    /// In the order in which they were decided about.
    private var pods: [Entry] = []
    private var warnings: [String]

    private struct Entry: Encodable {
        /// `admitted`, `held` (it was admitted before) or `refused`.
        var outcome: String
        var uid: String
        /// The decision; null for a pod that was admitted before.
        @Null var decision: ExplanationReport.PodReport?
        /// What the pod has since it was admitted; null for one that was decided about.
        @Null var held: StatusReport.PodReport?

        init(_ explanation: Explanation) {
            outcome = explanation.trace.verdict.isAdmitted ? "admitted" : "refused"
            uid = explanation.trace.pod.uid
            decision = ExplanationReport.PodReport(explanation)
        }

        init(_ pod: LedgerPod) {
            outcome = "held"
            uid = pod.uid
            held = StatusReport.PodReport(pod)
        }
    }

    public init(warnings: [String]) { self.warnings = warnings }

    /// Adds a pod that was decided about.
    public mutating func add(_ explanation: Explanation) { pods.append(Entry(explanation)) }

    /// Adds a pod that was admitted before.
    public mutating func add(held pod: LedgerPod) { pods.append(Entry(pod)) }
}

/// What was given back, as data: what `release -o json` and `-o yaml` print.
public struct ReleaseReport: Encodable, Sendable {
    private var schemaVersion = 1
    /// `released`, `forgotten`, or `nothing` where nothing was held.
    private var outcome: String
    private var uid: String
    /// The container that alone was meant; null for the whole pod.
    @Null private var container: String?
    /// What the pod had before; null where it had nothing.
    @Null private var had: StatusReport.PodReport?

    public init(_ outcome: String, uid: String, container: String?, had: LedgerPod?) {
        self.outcome = outcome
        self.uid = uid
        self.container = container
        self.had = had.map { StatusReport.PodReport($0) }
    }
}
