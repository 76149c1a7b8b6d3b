// SPDX-License-Identifier: Apache-2.0

import Explanation
import NUMACore

/// A decision as those who ask later are shown it: what `explain -o json` says of it, with the time and with what
/// `explain` says to people.
struct StoredDecision: Encodable, Sendable {
    private enum Key: String, CodingKey { case time, summary, text }

    private let explanation: Explanation
    let time: String

    init(_ stored: StoredTrace) {
        explanation = stored.decision.explanation
        time = stored.time
    }

    var summary: String { ExplanationText(explanation).summary }
    var text: String { ExplanationText(explanation).text }

    func encode(to encoder: any Encoder) throws {
        try ExplanationReport([explanation]).encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(time, forKey: .time)
        try container.encode(summary, forKey: .summary)
        try container.encode(text, forKey: .text)
    }
}
