// SPDX-License-Identifier: Apache-2.0

import Admission
public import Explanation
public import JSONWriting
import NUMACore

/// A decision as a ledger is to keep it: what `explain -o json` says of it, with the time and with what `explain` says
/// to people, so that those who ask later see what was seen then.
public struct StoredDecision: Encodable, Sendable {
    private enum Key: String, CodingKey { case time, summary, text }

    private let report: ExplanationReport
    private let time: String
    private let summary: String
    private let text: String

    /// - Parameter time: when it was decided, as it is to be shown.
    public init(_ explanation: Explanation, time: String) {
        let words = ExplanationText(explanation)
        report = ExplanationReport([explanation])
        self.time = time
        summary = words.summary
        text = words.text
    }

    public func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(time, forKey: .time)
        try container.encode(summary, forKey: .summary)
        try container.encode(text, forKey: .text)
    }
}

extension StoredDecision: CompactJSONValue {
    public func write(to json: inout CompactJSON) {
        json.addObject {
            $0.add("pods", report.pods)
            $0.add("schemaVersion", report.schemaVersion)
            $0.add("summary", summary)
            $0.add("text", text)
            $0.add("time", time)
            $0.add("warnings", report.warnings)
        }
    }
}

/// That something was given back, as a ledger is to keep it beside its decisions.
public struct StoredRelease: Encodable, Sendable {
    private var schemaVersion = 1
    private var time: String
    private var summary: String
    private var text: String

    /// - Parameters:
    ///   - name: the pod's namespace and name.
    ///   - summary: what was done, e.g. `forgotten without asking the providers`.
    public init(pod name: String, summary: String, time: String) {
        self.time = time
        self.summary = summary
        text = "pod \(name): \(summary)\n"
    }
}
