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
    public let json: String

    init(_ holder: Holder, had pod: LedgerPod?, _ warnings: [String]) {
        had = pod?.allocations ?? []
        hadSomething = pod != nil
        self.warnings = warnings
        json = FaceText.json(
            ReleaseReport(
                pod == nil ? "nothing" : "released", uid: holder.podUID, container: holder.container, had: pod))
    }
}
