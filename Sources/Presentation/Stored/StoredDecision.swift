// SPDX-License-Identifier: Apache-2.0

import Explanation
import NUMACore

/// A decision as those who ask later are shown it: what `explain -o json` says of it, with the time and with what
/// `explain` says to people.
struct StoredDecision: Encodable, Sendable {
    private enum Key: String, CodingKey { case time, summary, text }

    private let report: ExplanationReport
    let time: String
    let summary: String
    let text: String

    init(_ stored: StoredTrace) {
        let explanation = stored.decision.explanation
        let words = ExplanationText(explanation)
        report = ExplanationReport([explanation])
        time = stored.time
        summary = words.summary
        text = words.text
    }

    func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(time, forKey: .time)
        try container.encode(summary, forKey: .summary)
        try container.encode(text, forKey: .text)
    }
}
