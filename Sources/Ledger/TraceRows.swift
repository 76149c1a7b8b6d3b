// SPDX-License-Identifier: Apache-2.0

import Admission
import GRDB
import NUMACore

/// The decisions, one row each.
enum TraceRows {
    private static let insertion = Insertion(into: "trace", columns: 6)

    static func insert(
        _ database: Database, _ decision: LedgerDecision, sequence: Int64, _ books: inout Books
    ) throws {
        let row = [
            sequence.databaseValue,
            try Writable.text(decision.uid, "the UID of a decision"),
            try Writable.text(decision.name, "the name of a decision"),
            try Writable.text(decision.verdict, "the verdict of a decision"),
            try Writable.text(decision.text, "the text of a decision"),
        ]
        let sum = checksum(row)
        try insertion.insert(row + [sum.databaseValue], database)
        books.traces.add(sum)
    }

    /// Leaves the newest ones.
    static func trim(_ database: Database, to limit: Int, _ books: inout Books) throws {
        let surplus = books.traces.count - Int64(limit)
        guard surplus > 0 else { return }
        let sql = "SELECT sequence, checksum FROM trace ORDER BY sequence LIMIT ?"
        for found in try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [surplus]) {
            let row = StoredRow("trace", found)
            try database.cachedStatement(sql: "DELETE FROM trace WHERE sequence = ?")
                .execute(arguments: [try row.number(0)])
            books.traces.remove(try row.number(1))
        }
    }

    static func delete(_ database: Database, sequence: Int64, _ books: inout Books) throws {
        let sql = "SELECT checksum FROM trace WHERE sequence = ?"
        guard let found = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [sequence]) else { return }
        try database.cachedStatement(sql: "DELETE FROM trace WHERE sequence = ?").execute(arguments: [sequence])
        books.traces.remove(try StoredRow("trace", found).number(0))
    }

    /// Oldest first.
    static func all(_ database: Database, uid: String?) throws -> [LedgerRecord] {
        let condition = uid == nil ? "" : "WHERE uid = ?"
        let arguments = uid.map { StatementArguments([$0]) } ?? StatementArguments()
        let rows = try Row.fetchCursor(
            database, sql: "SELECT * FROM trace \(condition) ORDER BY sequence", arguments: arguments)
        var records: [LedgerRecord] = []
        while let found = try rows.next() {
            let row = StoredRow("trace", found)
            let sequence = try row.number(0)
            guard try row.number(5) == checksum(Array(row.values.prefix(5))) else {
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

    private static func checksum(_ row: [DatabaseValue]) -> Int64 {
        var sum = Checksum()
        sum.add(row)
        return sum.stored
    }
}
