// SPDX-License-Identifier: Apache-2.0

import Admission
public import NUMACore
import Presentation

/// Who holds what.
public struct Holdings: Sendable {
    /// A pod that holds something.
    public struct Pod: Sendable {
        public let uid: String
        public let namespace: String
        public let name: String
        /// When it was admitted, by ISO 8601.
        public let admitted: String
        /// Whether its admission has ended; else it is being admitted or released, or that was cut off.
        public let isSettled: Bool
        /// What each container has, in the order of the pod.
        public let allocations: [Allocation]

        init(_ pod: LedgerPod) {
            let spec = pod.admission.pod
            (uid, namespace, name) = (spec.uid, spec.namespace, spec.name)
            admitted = pod.admission.time
            isSettled = pod.state == .committed
            allocations = pod.allocations
        }
    }

    /// In the order of their admission.
    public let pods: [Pod]
    /// What is not as it should be.
    public var warnings: [String] { report.warnings }
    /// The same as JSON on one line, node by node, by the schema of `status`.
    public var json: String { FaceText.json(report) }
    let report: StatusReport
    private let held: [LedgerPod]
    private let ledger: String

    /// - Parameter ledger: its path.
    init(_ pods: [LedgerPod], _ report: StatusReport, ledger: String) {
        self.pods = pods.map { Pod($0) }
        self.report = report
        self.ledger = ledger
        held = pods
    }
}

extension Holdings: PrintedReport {
    package func printed(as format: ReportFormat, width: Int) throws -> String {
        try format.text(of: report) { HoldingsText.of(held, report, ledger: ledger, width: width) }
    }
}
