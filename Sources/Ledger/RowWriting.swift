// SPDX-License-Identifier: Apache-2.0

import GRDB

/// A statement that adds a whole row to a table.
struct Insertion {
    private let sql: String

    /// - Parameter isReplacing: whether it takes the place of the row with the same key, if there is one.
    init(into table: String, columns: Int, isReplacing: Bool = false) {
        let marks = Array(repeating: "?", count: columns).joined(separator: ",")
        sql = "INSERT \(isReplacing ? "OR REPLACE " : "")INTO \(table) VALUES (\(marks))"
    }

    func insert(_ row: [DatabaseValue], _ database: Database) throws {
        try database.cachedStatement(sql: sql).execute(row)
    }
}

extension Statement {
    /// Executes it with a value for each of its marks.
    ///
    /// They are bound one by one: GRDB's arguments would be made of each value in a box of its own, which takes longer
    /// than what SQLite does.
    func execute(_ values: [DatabaseValue]) throws {
        setUncheckedArguments(StatementArguments())
        for (place, value) in zip(CInt(1)..., values) {
            let code = unsafe value.bind(to: sqliteStatement, at: place)
            guard code == ResultCode.SQLITE_OK.rawValue else {
                throw DatabaseError(resultCode: ResultCode(rawValue: code))
            }
        }
        try execute()
    }
}
