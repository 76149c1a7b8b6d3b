// SPDX-License-Identifier: Apache-2.0

import GRDB
import NUMACore

/// The values of one row, as they are stored; asked for something else than they are, they are damaged.
struct StoredRow {
    let table: String
    let values: [DatabaseValue]

    init(_ table: String, _ row: Row) {
        self.table = table
        values = (0..<row.count).map { row[$0] as DatabaseValue }
    }

    /// The row at which a statement is: taken from there and not from GRDB's row, the values come in half the time.
    private init(_ table: String, of statement: Statement) {
        self.table = table
        values = (0..<CInt(statement.columnCount)).map { column in
            unsafe DatabaseValue(sqliteStatement: statement.sqliteStatement, index: column)
        }
    }

    /// Gives the rows of a query one after another.
    ///
    /// - Parameter table: what the errors call them.
    static func each(
        _ database: Database, _ table: String, sql: String, arguments: StatementArguments = StatementArguments(),
        _ body: (StoredRow) throws -> Void
    ) throws {
        let statement = try database.cachedStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        // The end of the cursor resets the statement, whose columns are read.
        try withExtendedLifetime(rows) {
            while try rows.next() != nil { try body(StoredRow(table, of: statement)) }
        }
    }

    /// The first row of a query, if there is one.
    static func first(
        _ database: Database, _ table: String, sql: String, arguments: StatementArguments = StatementArguments()
    ) throws -> StoredRow? {
        let statement = try database.cachedStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        return try withExtendedLifetime(rows) { try rows.next() == nil ? nil : StoredRow(table, of: statement) }
    }

    func text(_ column: Int) throws -> String {
        guard let text = try optionalText(column) else { throw wrong(column) }
        return text
    }

    func optionalText(_ column: Int) throws -> String? {
        switch try value(column).storage {
        case .string(let text): return text
        case .null: return nil
        default: throw wrong(column)
        }
    }

    func number(_ column: Int) throws -> Int64 {
        guard let number = try optionalNumber(column) else { throw wrong(column) }
        return number
    }

    func optionalNumber(_ column: Int) throws -> Int64? {
        switch try value(column).storage {
        case .int64(let number): return number
        case .null: return nil
        default: throw wrong(column)
        }
    }

    /// A set that was written as a list; nil where there is none.
    func set<Members: NumberSet>(_ column: Int) throws -> Members? {
        guard let text = try optionalText(column) else { return nil }
        guard let set = Members(list: text, limit: Self.memberLimit) else { throw wrong(column) }
        return set
    }

    func word<Word: RawRepresentable<String>>(_ column: Int) throws -> Word {
        guard let word = Word(rawValue: try text(column)) else { throw wrong(column) }
        return word
    }

    /// Members of sets that are written must be below it, so that what was written can be read.
    static let memberLimit = 1 << 24

    private func value(_ column: Int) throws -> DatabaseValue {
        guard values.indices.contains(column) else { throw wrong(column) }
        return values[column]
    }

    private func wrong(_ column: Int) -> NUMAHintsError {
        LedgerFailure.damaged("column \(column + 1) of a row of \(table) is not as it was written")
    }
}

/// Values on their way into a row.
enum Writable {
    /// - Throws: if SQLite would end the text at a zero byte within it.
    static func text(_ text: String, _ what: String) throws -> DatabaseValue {
        // Looked for in its buffer, which for the text of a decision takes a fifth of the time.
        var bytes = text
        guard !bytes.withUTF8({ unsafe $0.contains(0) }) else {
            throw NUMAHintsError(.state, "\(what) has a zero byte, which the ledger cannot keep")
        }
        return text.databaseValue
    }

    /// - Throws: if a member is so large that it would not be read again.
    static func set(_ set: some NumberSet, _ what: String) throws -> DatabaseValue {
        if let last = set.last, last >= StoredRow.memberLimit {
            throw NUMAHintsError(
                .state, "\(what) has the number \(last), and the ledger keeps those below \(StoredRow.memberLimit)")
        }
        return set.list.databaseValue
    }

    /// All 64 bits as they are.
    static func number(_ number: UInt64) -> DatabaseValue { Int64(bitPattern: number).databaseValue }
}
