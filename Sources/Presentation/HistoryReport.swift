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
        /// The explanation of a decision, or what was stored of something else; null if it cannot be read.
        @Null var decision: Shown?
        private enum CodingKeys: CodingKey { case sequence, uid, pod, verdict, time, summary, decision }

        init(_ record: LedgerRecord, _ note: StoredNote?) {
            sequence = record.sequence
            uid = record.decision.uid
            pod = record.decision.name
            verdict = record.decision.verdict
            switch note {
            case nil: break
            case .value(let value):
                (time, summary) = (value.text("time"), value.text("summary"))
                decision = .value(value)
            case .decision(let stored):
                let made = StoredDecision(stored)
                (time, summary) = (made.time, made.summary)
                decision = .made(made)
            }
        }

        /// The decision for people.
        var text: String? {
            switch decision {
            case nil: nil
            case .made(let decision): decision.text
            case .value(let value): value.text("text")
            }
        }
    }

    private enum Shown: Encodable {
        case made(StoredDecision)
        case value(StoredValue)

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .made(let decision): try decision.encode(to: encoder)
            case .value(let value): try value.encode(to: encoder)
            }
        }
    }

    /// - Parameters:
    ///   - records: oldest first.
    ///   - read: what a stored text says; nil if that cannot be read.
    public init(_ records: [LedgerRecord], reading read: (String) -> StoredNote?) {
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

    /// Each decision, explained.
    public var explanations: String {
        decisions.map { entry in
            let time = entry.time.map { ", \($0)" } ?? ""
            let text = entry.text ?? "what is stored of it cannot be read\n"
            return "decision \(entry.sequence)\(time)\n\(text)"
        }.joined(separator: "\n")
    }
}
