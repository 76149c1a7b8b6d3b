// SPDX-License-Identifier: Apache-2.0

public import Admission
import NUMACore

/// The decisions that a ledger keeps, as data and as lines: what `history` and `explain --uid` print.
public struct HistoryReport: Encodable, Sendable {
    private var schemaVersion = 1
    /// Oldest first.
    private var decisions: [Entry]

    private struct Entry: Encodable {
        var sequence: UInt64
        var uid: String
        /// Namespace and name.
        var pod: String
        var verdict: String
        /// Null where the ledger does not say.
        @Null var time: String?
        @Null var summary: String?
        /// All that was stored; null if it cannot be read.
        @Null var decision: StoredValue?

        init(_ record: LedgerRecord, _ value: StoredValue?) {
            sequence = record.sequence
            uid = record.decision.uid
            pod = record.decision.name
            verdict = record.decision.verdict
            time = value?.text("time")
            summary = value?.text("summary")
            decision = value
        }
    }

    /// - Parameters:
    ///   - records: oldest first.
    ///   - read: the JSON value that a stored text is; nil if it is none.
    public init(_ records: [LedgerRecord], reading read: (String) -> StoredValue?) {
        decisions = records.map { Entry($0, read($0.decision.text)) }
    }

    /// A line for each decision.
    public var table: String {
        var table = TextTable(indent: "")
        table.add(["no", "time", "verdict", "pod", "why, or what it was given"])
        for entry in decisions {
            table.add([
                "\(entry.sequence)", entry.time ?? "-", entry.verdict, entry.pod,
                entry.summary ?? "what is stored of it cannot be read",
            ])
        }
        return table.lines.map { $0 + "\n" }.joined()
    }

    /// Each decision as it was explained when it was made.
    public var explanations: String {
        decisions.map { entry in
            let time = entry.time.map { ", \($0)" } ?? ""
            let text = entry.decision?.text("text") ?? "what is stored of it cannot be read\n"
            return "decision \(entry.sequence)\(time)\n\(text)"
        }.joined(separator: "\n")
    }
}
