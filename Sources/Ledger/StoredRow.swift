// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite
import NUMACore

/// The row at which a statement is; its values, asked for something else than they are, are damaged.
struct StoredRow {
    let table: String
    private let statement: Statement

    /// - Parameter table: what the errors call it.
    init(_ table: String, of statement: Statement) {
        self.table = table
        self.statement = statement
    }

    func text(_ column: Int) throws -> String {
        guard let text = try optionalText(column) else { throw wrong(column) }
        return text
    }

    func optionalText(_ column: Int) throws -> String? {
        switch type(column) {
        case SQLITE_TEXT:
            withBytes(of: column) {
                unsafe $0.withUnsafeBufferPointer { bytes in unsafe String(decoding: bytes, as: UTF8.self) }
            }
        case SQLITE_NULL: nil
        default: throw wrong(column)
        }
    }

    func number(_ column: Int) throws -> Int64 {
        guard let number = try optionalNumber(column) else { throw wrong(column) }
        return number
    }

    func optionalNumber(_ column: Int) throws -> Int64? {
        switch type(column) {
        case SQLITE_INTEGER: unsafe sqlite3_column_int64(statement.sqliteStatement, CInt(clamping: column))
        case SQLITE_NULL: nil
        default: throw wrong(column)
        }
    }

    /// A set that was written as a list; nil where there is none.
    func set<Members: NumberSet>(_ column: Int) throws -> Members? {
        guard let text = try optionalText(column) else { return nil }
        // Most sets have one member.
        if text.utf8.count < 8, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let member = Int(text) {
            guard member < Self.memberLimit else { throw wrong(column) }
            var set = Members()
            set.insert(member)
            return set
        }
        guard let set = Members(list: text, limit: Self.memberLimit) else { throw wrong(column) }
        return set
    }

    func word<Word: RawRepresentable<String>>(_ column: Int) throws -> Word {
        guard let word = Word(rawValue: try text(column)) else { throw wrong(column) }
        return word
    }

    /// Whether a column has the text of another one, byte by byte.
    func isSameText(_ column: Int, as other: Int) -> Bool {
        guard type(column) == SQLITE_TEXT, type(other) == SQLITE_TEXT else { return false }
        return withBytes(of: column) { one in
            withBytes(of: other) { two in
                guard one.count == two.count else { return false }
                for place in one.indices where one[place] != two[place] { return false }
                return true
            }
        }
    }

    /// Adds its first columns to a sum.
    func add(to sum: inout Checksum, columns: Int) {
        sum.beginRow()
        for column in 0..<columns {
            switch type(column) {
            case SQLITE_NULL: sum.addNull()
            case SQLITE_INTEGER:
                sum.add(unsafe sqlite3_column_int64(statement.sqliteStatement, CInt(clamping: column)))
            case SQLITE_TEXT: withBytes(of: column) { sum.add($0) }
            default: sum.addOther()
            }
        }
    }

    /// The sum of its first columns alone.
    func checksum(columns: Int) -> Int64 {
        var sum = Checksum()
        add(to: &sum, columns: columns)
        return sum.stored
    }

    /// Members of sets that are written must be below it, so that what was written can be read.
    static let memberLimit = 1 << 24

    private func type(_ column: Int) -> CInt {
        unsafe sqlite3_column_type(statement.sqliteStatement, CInt(clamping: column))
    }

    /// Lends the bytes of a text, which are there as long as the statement stays at the row.
    private func withBytes<Result>(of column: Int, _ body: (borrowing Span<UInt8>) -> Result) -> Result {
        let column = CInt(clamping: column)
        let start = unsafe sqlite3_column_text(statement.sqliteStatement, column)
        let count = unsafe Int(sqlite3_column_bytes(statement.sqliteStatement, column))
        return unsafe body(UnsafeBufferPointer(start: start, count: count).span)
    }

    private func wrong(_ column: Int) -> NUMAHintsError {
        LedgerFailure.damaged("column \(column + 1) of a row of \(table) is not as it was written")
    }
}
