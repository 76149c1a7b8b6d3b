// SPDX-License-Identifier: Apache-2.0

import HintMerge
public import KubeletLog
import NUMACore

/// The decisions of a kubelet's log as data.
public struct KubeletLogReport: Encodable, Sendable {
    private var schemaVersion = 1
    private var file: String
    private var lines = 0
    private var decisions: [KubeletLogEntry] = []
    public private(set) var summary = Summary()

    /// How many decisions there were, and what came of redoing them.
    public struct Summary: Encodable, Sendable {
        public var decisions = 0
        public var agree = 0
        public var differ = 0
        public var notRedone = 0

        public init() {}

        public mutating func add(_ review: DecisionReview) {
            decisions += 1
            switch review.outcome {
            case .agrees: agree += 1
            case .differs: differ += 1
            case .notRedone: notRedone += 1
            }
        }

        /// One line.
        public var text: String {
            "\(decisions) decision\(decisions == 1 ? "" : "s"): \(agree) agree\(agree == 1 ? "s" : ""), "
                + "\(differ) differ\(differ == 1 ? "s" : ""), \(notRedone) could not be redone"
        }
    }

    public init(file: String) { self.file = file }

    public mutating func add(_ review: DecisionReview) {
        decisions.append(KubeletLogEntry(review))
        summary.add(review)
    }

    /// - Parameter lines: how many the log has.
    public mutating func finish(lines: Int) { self.lines = lines }

    /// Where a setting is from.
    static func words(_ source: RedoSettings.Source) -> String {
        switch source {
        case .given: "as given"
        case .line(let line): "line \(line)"
        case .form: "as its lines are written"
        case .masks: "as masks name them"
        case .tried: "not known"
        }
    }
}
