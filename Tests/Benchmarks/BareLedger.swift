// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The rows that admissions wrote into a ledger.
struct LedgerRows {
    /// What one of them wrote: rows by table, in the order in which they can be inserted.
    struct Transaction {
        var tables: [(name: String, rows: [[DatabaseValue]])]
    }

    private let queue: DatabaseQueue

    init(ledger path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// The statements that make the tables and indexes.
    func schema() throws -> [String] {
        try queue.read { database in
            try String.fetchAll(
                database,
                sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
        }
    }

    /// Those of the last admissions, the oldest first; each with the books as they are now.
    func newest(_ count: Int) throws -> [Transaction] {
        try queue.read { database in
            let sequences = try Int64.fetchAll(
                database, sql: "SELECT sequence FROM pod ORDER BY sequence DESC LIMIT ?", arguments: [count])
            return try sequences.reversed().map { sequence in
                let queries = [
                    ("pod", "SELECT * FROM pod WHERE sequence = \(sequence)"),
                    ("container", "SELECT * FROM container WHERE pod = \(sequence)"),
                    ("piece", "SELECT * FROM piece WHERE pod = \(sequence)"),
                    ("memory_state", "SELECT * FROM memory_state"),
                    ("trace", "SELECT * FROM trace WHERE sequence = \(sequence)"),
                    ("books", "SELECT * FROM books"),
                ]
                return Transaction(
                    tables: try queries.map { name, sql in
                        let rows = try Row.fetchAll(database, sql: sql)
                        return (name, rows.map { row in (0..<row.count).map { row[$0] as DatabaseValue } })
                    })
            }
        }
    }
}

/// The tables of a ledger, and nothing that knows what they mean: what SQLite itself takes for the same rows.
struct BareLedger {
    private let queue: DatabaseQueue

    init(path: String, schema: [String]) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        queue = try DatabaseQueue(path: path, configuration: configuration)
        _ = try queue.inDatabase { try String.fetchOne($0, sql: "PRAGMA journal_mode = WAL") }
        try queue.write { database in
            for statement in schema { try database.execute(sql: statement) }
        }
    }

    /// One transaction, synced: the books by node and the row of sums are replaced, the others are new.
    func insert(_ transaction: LedgerRows.Transaction) throws {
        try queue.write { database in
            try database.cachedStatement(sql: "DELETE FROM memory_state").execute()
            for table in transaction.tables {
                for row in table.rows {
                    let marks = Array(repeating: "?", count: row.count).joined(separator: ",")
                    let verb = table.name == "books" ? "REPLACE" : "INSERT"
                    let statement = try database.cachedStatement(
                        sql: "\(verb) INTO \(table.name) VALUES (\(marks))")
                    try statement.execute(arguments: StatementArguments(row))
                }
            }
        }
    }

    /// Removes the pod, as a release does.
    func remove(_ transaction: LedgerRows.Transaction) throws {
        guard let sequence = transaction.tables.first?.rows.first?.first else { return }
        try queue.write { database in
            try database.execute(sql: "DELETE FROM pod WHERE sequence = ?", arguments: [sequence])
        }
    }
}
