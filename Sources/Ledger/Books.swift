// SPDX-License-Identifier: Apache-2.0

import GRDB
import NUMACore

/// How many rows there should be, and what their checksums add up to: what a damaged page would hide is missed.
struct Books {
    /// The number of the last decision; 0 before the first.
    private(set) var lastSequence: UInt64
    var pods: RowCount
    var traces: RowCount
    var memory: RowCount

    init(_ database: Database) throws {
        let sql = "SELECT * FROM books WHERE id = 1"
        guard let row = try StoredRow.first(database, "books", sql: sql) else {
            throw LedgerFailure.damaged("it does not say how many rows it has")
        }
        lastSequence = UInt64(bitPattern: try row.number(1))
        pods = RowCount(count: try row.number(2), sum: try row.number(3))
        traces = RowCount(count: try row.number(4), sum: try row.number(5))
        memory = RowCount(count: try row.number(6), sum: try row.number(7))
    }

    /// The number of the next decision.
    mutating func next() throws -> Int64 {
        guard lastSequence < UInt64(Int64.max) else {
            throw LedgerFailure.damaged("there is no number after \(lastSequence) for a decision")
        }
        lastSequence += 1
        return Int64(lastSequence)
    }

    func update(_ database: Database) throws {
        let sql = """
            UPDATE books SET last_sequence = ?, pods = ?, pod_sum = ?, traces = ?, trace_sum = ?,
                memory_states = ?, memory_sum = ? WHERE id = 1
            """
        let numbers = [
            Int64(bitPattern: lastSequence), pods.count, pods.sum, traces.count, traces.sum, memory.count,
            memory.sum,
        ]
        try database.cachedStatement(sql: sql).execute(numbers.map(\.databaseValue))
    }
}

/// A number of rows, and the sum of their checksums without what is carried beyond 64 bits.
struct RowCount: Equatable {
    private(set) var count: Int64
    private(set) var sum: Int64

    init(count: Int64, sum: Int64) {
        self.count = count
        self.sum = sum
    }

    /// Counts what a table has.
    init(_ database: Database, table: String) throws {
        self.init(count: 0, sum: 0)
        try StoredRow.each(database, table, sql: "SELECT checksum FROM \(table)") { add(try $0.number(0)) }
    }

    mutating func add(_ checksum: Int64) {
        count &+= 1
        sum &+= checksum
    }

    mutating func remove(_ checksum: Int64) {
        count &-= 1
        sum &-= checksum
    }

    func check(_ found: RowCount, _ what: String) throws {
        guard found != self else { return }
        let difference = found.count == count ? "others than were written" : "and should have \(count)"
        throw LedgerFailure.damaged("it has \(found.count) \(what), \(difference)")
    }
}
