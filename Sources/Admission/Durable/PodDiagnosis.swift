// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// How it stands with what one pod of a ledger holds.
public struct PodDiagnosis: Hashable, Sendable {
    /// Whether a pod would be admitted with what it holds.
    public enum Answer: Hashable, Sendable {
        case asItIs
        /// It would be admitted, but be given other pieces.
        case otherwise(Reason)
        case refused(Reason)
        /// Not asked: its admission or release has not ended, or the providers no longer give what it holds.
        case notAsked
    }

    public var pod: LedgerPod
    /// What it holds and the providers no longer give, item by item.
    public var lost: [Loss]
    public var answer: Answer

    public init(pod: LedgerPod, lost: [Loss] = [], answer: Answer = .notAsked) {
        self.pod = pod
        self.lost = lost
        self.answer = answer
    }

    /// Nothing is to be said of it.
    public var isFine: Bool { lost.isEmpty && answer == .asItIs }
}
