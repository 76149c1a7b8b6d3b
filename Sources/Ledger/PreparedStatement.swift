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
        for start in stride(from: 0, to: values.count, by: marks) {
            try unsafe values.withTexts { texts in
                try unsafe bind(values, from: start, texts)
                defer { unsafe sqlite3_reset(statement.sqliteStatement) }
                while try step() {}
            }
        }
    }

    /// Runs it without values.
    func run() throws {
        defer { unsafe sqlite3_reset(statement.sqliteStatement) }
        while try step() {}
    }

    /// Gives the rows that it finds, one after another.
    ///
    /// - Parameters:
    ///   - table: what the errors call them.
    ///   - key: a value for each mark.
    func each(_ table: String, _ key: RowValues = RowValues(), _ body: (StoredRow) throws -> Void) throws {
        try unsafe key.withTexts { texts in
            try unsafe bind(key, from: 0, texts)
            defer { unsafe sqlite3_reset(statement.sqliteStatement) }
            while try step() { try body(StoredRow(table, of: statement)) }
        }
    }

    /// Reads the first row that it finds, if there is one.
    func first<Value>(_ table: String, _ key: RowValues = RowValues(), _ body: (StoredRow) throws -> Value) throws
        -> Value?
    {
        try unsafe key.withTexts { texts in
            try unsafe bind(key, from: 0, texts)
            defer { unsafe sqlite3_reset(statement.sqliteStatement) }
            return try step() ? body(StoredRow(table, of: statement)) : nil
        }
    }

    /// Whether there is another row.
    private func step() throws -> Bool {
        switch unsafe sqlite3_step(statement.sqliteStatement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// The texts stay where they are: SQLite reads them while the statement runs, and not after it.
    private func bind(_ values: RowValues, from start: Int, _ texts: UnsafeBufferPointer<CChar>) throws {
        guard start + marks <= values.count, let base = texts.baseAddress else { throw failure(SQLITE_MISUSE) }
        for mark in 0..<marks {
            let place = CInt(truncatingIfNeeded: mark + 1)
            let code =
                switch values[start + mark] {
                case .null: unsafe sqlite3_bind_null(statement.sqliteStatement, place)
                case .number(let number): unsafe sqlite3_bind_int64(statement.sqliteStatement, place, number)
                case .text(let text):
                    unsafe sqlite3_bind_text(
                        statement.sqliteStatement, place, base + text.lowerBound,
                        CInt(clamping: text.count), nil)
                }
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    private func failure(_ code: CInt) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
}
