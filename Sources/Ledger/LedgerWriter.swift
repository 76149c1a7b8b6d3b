// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite

/// What a connection that writes keeps from one transaction to the next: statements, and what it wrote last.
///
/// A row that is as it was written last needs neither reading nor writing. What is remembered is forgotten when
/// another connection has written, and when a transaction failed. Used within the connection's queue alone.
final class LedgerWriter: @unchecked Sendable {
    let database: Database
    let podQuery: PreparedStatement
    let podInsertion: PreparedStatement
    let containerInsertion: PreparedStatement
    let pieceInsertion: PreparedStatement
    let memoryInsertion: PreparedStatement
    let traceInsertion: PreparedStatement
    let oldestTraces: PreparedStatement
    let traceDeletion: PreparedStatement
    let booksUpdate: PreparedStatement
    /// The rows of each provider, as far as they are known.
    var memory: [String: [MemoryRows.Written]] = [:]
    private var books: Books?
    /// Becomes another when another connection has written.
    private var version: Int64?
    private let versionQuery: PreparedStatement
    private let begin: PreparedStatement
    private let commit: PreparedStatement
    private let rollback: PreparedStatement

    init(_ database: Database) throws {
        self.database = database
        func prepare(_ sql: String) throws -> PreparedStatement { try PreparedStatement(database, sql) }
        podQuery = try prepare("SELECT sequence, state, checksum, leaving FROM pod WHERE uid = ?")
        podInsertion = try prepare("INSERT INTO pod VALUES (?,?,?,?,?,?,?,?,?)")
        containerInsertion = try prepare("INSERT INTO container VALUES (?,?,?,?,?,?,?,?)")
        pieceInsertion = try prepare("INSERT INTO piece VALUES (?,?,?,?,?,?,?,?,?,?,?,?)")
        memoryInsertion = try prepare("INSERT OR REPLACE INTO memory_state VALUES (?,?,?,?,?,?)")
        traceInsertion = try prepare("INSERT INTO trace VALUES (?,?,?,?,?,?)")
        oldestTraces = try prepare("SELECT sequence, checksum FROM trace ORDER BY sequence LIMIT ?")
        traceDeletion = try prepare("DELETE FROM trace WHERE sequence = ?")
        booksUpdate = try prepare(
            """
            UPDATE books SET last_sequence = ?, pods = ?, pod_sum = ?, traces = ?, trace_sum = ?,
                memory_states = ?, memory_sum = ? WHERE id = 1
            """)
        versionQuery = try prepare("PRAGMA data_version")
        begin = try prepare("BEGIN IMMEDIATE")
        commit = try prepare("COMMIT")
        rollback = try prepare("ROLLBACK")
    }

    /// One transaction, whole or not at all.
    func transaction<Value>(_ body: (LedgerWriter) throws -> Value) throws -> Value {
        try begin.run()
        do {
            let found = try versionQuery.first("data_version") { try $0.number(0) }
            if found != version { forget() }
            version = found
            let value = try body(self)
            try commit.run()
            return value
        } catch {
            forget()
            // Some failures end the transaction themselves.
            if database.isInsideTransaction { try? rollback.run() }
            throw error
        }
    }

    private func forget() {
        books = nil
        memory = [:]
    }

    /// The books as they are in this transaction.
    func readBooks() throws -> Books {
        if let books { return books }
        let found = try Books(database)
        books = found
        return found
    }

    func write(_ changed: Books) throws {
        guard books != changed else { return }
        try changed.update(self)
        books = changed
    }
}
