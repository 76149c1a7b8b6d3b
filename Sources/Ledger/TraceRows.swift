// SPDX-License-Identifier: Apache-2.0

import Admission
import GRDB
import NUMACore

/// The decisions, one row each.
enum TraceRows {
    static func insert(
        _ writer: LedgerWriter, _ decision: LedgerDecision, sequence: Int64, _ books: inout Books
    ) throws {
        var row = RowValues(count: 6, size: decision.text.utf8.count + 256)
        row.add(sequence)
        try row.add(decision.uid, "the UID of a decision")
        try row.add(decision.name, "the name of a decision")
        try row.add(decision.verdict, "the verdict of a decision")
        try row.add(decision.text, "the text of a decision")
        var sum = Checksum()
        sum.add(row, columns: 5)
        row.add(sum.stored)
        try writer.traceInsertion.run(row)
        books.traces.add(sum.stored)
    }

    /// Leaves the newest ones.
    static func trim(_ writer: LedgerWriter, to limit: Int, _ books: inout Books) throws {
        let surplus = books.traces.count - Int64(limit)
        guard surplus > 0 else { return }
        var found = RowValues()
        try writer.oldestTraces.each("trace", RowValues(surplus)) { row in
            found.add(try row.number(0))
            books.traces.remove(try row.number(1))
        }
        try writer.traceDeletion.run(found)
    }

    static func delete(_ writer: LedgerWriter, sequence: Int64, _ books: inout Books) throws {
        let query = try PreparedStatement(writer.database, "SELECT checksum FROM trace WHERE sequence = ?")
        let checksum = try query.first("trace", RowValues(sequence)) { try $0.number(0) }
        guard let checksum else { return }
        try writer.traceDeletion.run(RowValues(sequence))
        books.traces.remove(checksum)
    }

    /// Oldest first.
    static func all(_ database: Database, uid: String?) throws -> [LedgerRecord] {
        let condition = uid == nil ? "" : "WHERE uid = ?"
        let query = try PreparedStatement(database, "SELECT * FROM trace \(condition) ORDER BY sequence")
        var records: [LedgerRecord] = []
        try query.each("trace", uid.map { RowValues($0) } ?? RowValues()) { row in
            let sequence = try row.number(0)
            guard try row.number(5) == row.checksum(columns: 5) else {
                throw LedgerFailure.damaged("the decision \(sequence) is not as it was written")
            }
            records.append(
                LedgerRecord(
                    sequence: UInt64(bitPattern: sequence),
                    decision: LedgerDecision(
                        uid: try row.text(1), name: try row.text(2), verdict: try row.text(3), text: try row.text(4)
                    )))
        }
        return records
    }
}
