// SPDX-License-Identifier: Apache-2.0

import Admission
import HintMerge

/// Hears how long things on a node take and what becomes of them, on the threads on which they are done.
package protocol NodeObserver: Sendable {
    /// Hears of an admission that came as far as the node.
    func admitted(_ facts: AdmissionFacts)
    /// Hears of a merge of an admission.
    func merged(seconds: Double, steps: Int)
    /// Hears of a call of a provider, made for an admission, a release or an attachment.
    ///
    /// - Parameter fault: `io`, `fault` or `died` if the provider failed; nil also for one that has too little.
    func called(_ provider: String, _ call: String, seconds: Double, fault: String?)
}

/// Takes the time of each merge.
struct MergeTimer: MergeObserver {
    private let observer: any NodeObserver

    init(_ observer: any NodeObserver) { self.observer = observer }

    func observe(_ merge: () -> MergeDecision) -> MergeDecision {
        let start = ContinuousClock.now
        let decision = merge()
        observer.merged(seconds: start.secondsSince, steps: decision.steps)
        return decision
    }
}

extension ContinuousClock.Instant {
    /// From then until now.
    var secondsSince: Double { (ContinuousClock.now - self) / .seconds(1) }
}
