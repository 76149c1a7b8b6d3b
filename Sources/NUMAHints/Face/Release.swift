// SPDX-License-Identifier: Apache-2.0

import Admission
public import NUMACore
import Presentation

/// What was given back.
public struct Release: Sendable {
    /// What the pod had before, by container; empty where it had nothing, which is fine.
    public let had: [Allocation]
    /// Whether there was anything to give back.
    public let hadSomething: Bool
    /// What should be known besides.
    public let warnings: [String]
    /// The same as JSON on one line, by the schema of `release`.
    public var json: String { FaceText.json(report) }
    private let holder: Holder
    private let pod: LedgerPod?
    private var report: ReleaseReport {
        ReleaseReport(hadSomething ? "released" : "nothing", uid: holder.podUID, container: holder.container, had: pod)
    }

    init(_ holder: Holder, had pod: LedgerPod?, _ warnings: [String]) {
        had = pod?.allocations ?? []
        hadSomething = pod != nil
        self.warnings = warnings
        self.holder = holder
        self.pod = pod
    }
}

extension Release: PrintedReport {
    package func printed(as format: ReportFormat, width: Int) throws -> String {
        try format.text(of: report) { ReleaseText.of(holder, pod, "released") }
    }
}
