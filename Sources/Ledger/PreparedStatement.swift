// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite

/// A statement of a connection, prepared once, that SQLite runs with values from their own buffer.
///
/// GRDB prepares and keeps it. It is bound and stepped here: GRDB's arguments and rows take longer than what SQLite
/// itself does.
struct PreparedStatement {
    private let database: Database
    private let statement: Statement
    private let marks: Int

    init(_ database: Database, _ sql: String) throws {
        self.database = database
        statement = try database.cachedStatement(sql: sql)
        marks = Int(unsafe sqlite3_bind_parameter_count(statement.sqliteStatement))
    }

    /// Runs it once for as many of the values as it has marks, and again for the next ones.
    func run(_ values: RowValues) throws {
        guard marks > 0 else { throw failure(SQLITE_MISUSE) }
        for start in stride(from: 0, to: values.count, by: marks) {
            try bound(values, from: start) { while try step() {} }
        }
    }

    /// Runs it without values.
    func run() throws { try bound(RowValues(), from: 0) { while try step() {} } }

    /// Gives the rows that it finds, one after another.
    ///
    /// - Parameters:
    ///   - table: what the errors call them.
    ///   - key: a value for each mark.
    func each(_ table: String, _ key: RowValues = RowValues(), _ body: (StoredRow) throws -> Void) throws {
        try bound(key, from: 0) {
            while try step() { try body(StoredRow(table, of: statement)) }
        }
    }

    /// Reads the first row that it finds, if there is one.
    func first<Value>(_ table: String, _ key: RowValues = RowValues(), _ body: (StoredRow) throws -> Value) throws
        -> Value?
    {
        try bound(key, from: 0) { try step() ? body(StoredRow(table, of: statement)) : nil }
    }

    /// Whether there is another row.
    private func step() throws -> Bool {
        switch unsafe sqlite3_step(statement.sqliteStatement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// Steps the statement with values for its marks. Their texts stay where they are: SQLite reads them while the
    /// statement runs, and not after it.
    private func bound<Result>(_ values: RowValues, from start: Int, _ steps: () throws -> Result) throws -> Result {
        guard start + marks <= values.count else { throw failure(SQLITE_MISUSE) }
        return try unsafe values.texts.withUnsafeBytes { texts in
            for mark in 0..<marks {
                let place = CInt(truncatingIfNeeded: mark + 1)
                let code =
                    switch values[start + mark] {
                    case .null: unsafe sqlite3_bind_null(statement.sqliteStatement, place)
                    case .number(let number): unsafe sqlite3_bind_int64(statement.sqliteStatement, place, number)
                    case .text(let text):
                        // Without a place it would be no text, but nothing.
                        unsafe texts.baseAddress.map {
                            unsafe sqlite3_bind_text(
                                statement.sqliteStatement, place,
                                ($0 + text.lowerBound).assumingMemoryBound(to: CChar.self), CInt(clamping: text.count),
                                nil)
                        } ?? SQLITE_MISUSE
                    }
                guard code == SQLITE_OK else { throw failure(code) }
            }
            defer { unsafe sqlite3_reset(statement.sqliteStatement) }
            return try steps()
        }
    }

    private func failure(_ code: CInt) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
}
