// SPDX-License-Identifier: Apache-2.0

public import Admission
import GRDB
public import NUMACore

/// A ledger in one SQLite file, with a write-ahead log beside it.
///
/// The caller holds the ``LedgerLock`` of the file while it writes. Reading needs no lock: it sees what was
/// committed last.
public final class SQLiteLedger: AdmissionLedger {
    /// The file, or `:memory:`.
    public let path: String
    /// How many decisions are kept.
    public let history: Int
    let queue: DatabaseQueue
    private let failure: LedgerFailure

    /// Opens a ledger, and makes it where there is none; its folder must be there.
    ///
    /// - Parameters:
    ///   - path: of the file, or `:memory:` for one that ends with this object.
    ///   - history: how many decisions are kept, at least 0.
    /// - Throws: `.state` if the file cannot be used, or is no ledger of this version or an earlier one. What was
    ///   there is then as it was.
    public init(path: String, history: Int = 1000) throws(NUMAHintsError) {
        self.path = path
        self.history = max(0, history)
        let file = path == LedgerPlace.memory ? nil : LedgerFile(path: path)
        failure = LedgerFailure(file: file?.path)
        do {
            if let file {
                try file.makeIfMissing()
                queue = try Self.connection(file.path)
                try LedgerSchema.check(queue)
            } else {
                queue = try Self.connection(path)
            }
            try LedgerSchema.migrate(queue)
        } catch {
            throw LedgerFailure(file: file?.path).error(error)
        }
    }

    /// Ends the connection; the log is then part of the file. Every later call throws.
    public func close() throws(NUMAHintsError) {
        do { try queue.close() } catch { throw failure.error(error) }
    }

    /// A connection by whose transactions nothing is lost that they promise to keep.
    static func connection(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "ledger"
        // Whoever else is at the file is no writer of ours, and soon done.
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
            // Each commit is on the disk before it returns.
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    func reading<Value>(_ body: (Database) throws -> Value) throws(NUMAHintsError) -> Value {
        do { return try queue.read(body) } catch { throw failure.error(error) }
    }

    /// One transaction, whole or not at all.
    func writing<Value>(_ body: (Database) throws -> Value) throws(NUMAHintsError) -> Value {
        do { return try queue.write(body) } catch { throw failure.error(error) }
    }
}

// MARK: - Reading

extension SQLiteLedger {
    public func pods() throws(NUMAHintsError) -> [LedgerPod] {
        try reading { database in
            let books = try Books(database)
            let pods = try PodReader(database).pods()
            try books.pods.check(try RowCount(database, table: "pod"), "pods")
            guard books.lastSequence >= pods.last?.sequence ?? 0 else {
                throw LedgerFailure.damaged("a pod has a higher number than the last decision")
            }
            return pods
        }
    }

    public func pod(uid: String) throws(NUMAHintsError) -> LedgerPod? {
        try reading { try PodReader($0, uid: uid).pods().first }
    }

    public func memory() throws(NUMAHintsError) -> [LedgerMemory] {
        try reading { database in
            try Books(database).memory.check(try RowCount(database, table: "memory_state"), "nodes")
            return try MemoryRows.all(database)
        }
    }

    public func decisions(uid: String?) throws(NUMAHintsError) -> [LedgerRecord] {
        try reading { database in
            try Books(database).traces.check(try RowCount(database, table: "trace"), "decisions")
            return try TraceRows.all(database, uid: uid)
        }
    }
}
