// SPDX-License-Identifier: Apache-2.0

import GRDB
import NUMACore

/// How many rows there should be, and what their checksums add up to: what a damaged page would hide is missed.
struct Books: Equatable {
    /// The number of the last decision; 0 before the first.
    private(set) var lastSequence: UInt64
    var pods: RowCount
    var traces: RowCount
    var memory: RowCount

    init(_ database: Database) throws {
        let sql = "SELECT * FROM books WHERE id = 1"
        let found = try PreparedStatement(database, sql).first("books") { row in
            try (1...7).map { try row.number($0) }
        }
        guard let found else { throw LedgerFailure.damaged("it does not say how many rows it has") }
        guard found[1] >= 0, found[3] >= 0, found[5] >= 0 else {
            throw LedgerFailure.damaged("it says that it has fewer than no rows")
        }
        lastSequence = UInt64(bitPattern: found[0])
        pods = RowCount(count: found[1], sum: found[2])
        traces = RowCount(count: found[3], sum: found[4])
        memory = RowCount(count: found[5], sum: found[6])
    }

    /// The number of the next decision.
    mutating func next() throws -> Int64 {
        guard lastSequence < UInt64(Int64.max) else {
            throw LedgerFailure.damaged("there is no number after \(lastSequence) for a decision")
        }
        lastSequence += 1
        return Int64(lastSequence)
    }

    func update(_ writer: LedgerWriter) throws {
        var row = RowValues(count: 7)
        row.add(bits: lastSequence)
        for table in [pods, traces, memory] {
            row.add(table.count)
            row.add(table.sum)
        }
        try writer.booksUpdate.run(row)
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
        try PreparedStatement(database, "SELECT checksum FROM \(table)").each(table) { add(try $0.number(0)) }
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
