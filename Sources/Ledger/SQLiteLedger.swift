// SPDX-License-Identifier: Apache-2.0

public import Admission
import GRDB
public import NUMACore
import Synchronization

/// A ledger in one SQLite file, with a write-ahead log beside it.
///
/// The caller holds the ``LedgerLock`` of the file while it opens it to write and writes. Reading needs no lock: it
/// sees what was committed last.
public final class SQLiteLedger: AdmissionLedger {
    /// What a ledger is opened for.
    public enum Access: Hashable, Sendable {
        /// To read alone: nothing is made or changed, and every call that writes throws.
        case read
        case write
    }

    /// The file, or `:memory:`.
    public let path: String
    /// How many decisions are kept.
    public let history: Int
    let queue: DatabaseQueue
    private let failure: LedgerFailure
    private let isClosed = Mutex(false)
    /// From the first write to the end; used within the queue alone.
    private let writer = Mutex<LedgerWriter?>(nil)

    /// Opens a ledger, and makes it where there is none and it is to be written; its folder must be there.
    ///
    /// - Parameters:
    ///   - path: of the file, or `:memory:` for one that ends with this object and can always be written.
    ///   - history: how many decisions are kept, at least 0.
    /// - Throws: `.state` if the file cannot be used, or is no ledger of this version or an earlier one. What was
    ///   there is then as it was.
    public init(path: String, history: Int = 1000, access: Access = .write) throws(NUMAHintsError) {
        self.path = path
        self.history = max(0, history)
        let file = path == LedgerPlace.memory ? nil : LedgerFile(path: path)
        let isReadOnly = file != nil && access == .read
        failure = LedgerFailure(file: file?.path)
        do {
            if let file {
                try file.check(mayMake: !isReadOnly)
                queue = try Self.connection(file.path, isReadOnly: isReadOnly)
                try LedgerSchema.check(queue, mustBeLatest: isReadOnly)
            } else {
                queue = try Self.connection(path)
            }
            guard !isReadOnly else { return }
            try Self.useLog(queue)
            try LedgerSchema.migrate(queue)
            // The first write into a new log waits for the disk once more than the others: here it is apart. A row that
            // is as before would not be written; the header always is.
            if file != nil { try queue.write { try LedgerSchema.sign($0) } }
        } catch {
            throw LedgerFailure(file: file?.path).error(error)
        }
    }

    /// Ends the connection; the log is then part of the file. Every later call throws.
    public func close() throws(NUMAHintsError) {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        guard !wasClosed else { return }
        do {
            // Its statements would keep the connection open.
            queue.inDatabase { _ in writer.withLock { $0 = nil } }
            try queue.close()
        } catch {
            throw failure.error(error)
        }
    }

    /// A connection by whose transactions nothing is lost that they promise to keep.
    static func connection(_ path: String, isReadOnly: Bool = false) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.label = "ledger"
        // Whoever else is at the file is no writer of ours, and soon done.
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
            // Each commit is on the disk before it returns.
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Lets a database of ours have a log; that of somebody else is not to be changed.
    static func useLog(_ queue: DatabaseQueue) throws {
        let mode = try queue.inDatabase { try String.fetchOne($0, sql: "PRAGMA journal_mode = WAL") }
        guard mode == "wal" || mode == "memory" else {
            throw NUMAHintsError(
                .state, "the ledger cannot have a log here: its journal mode stays \(mode ?? "unknown")")
        }
    }

    func reading<Value>(_ body: (Database) throws -> Value) throws(NUMAHintsError) -> Value {
        do {
            let queue = try openQueue()
            if queue.configuration.readonly { return try queue.read(body) }
            // GRDB's read sets a pragma before and after, by each of which SQLite forgets all prepared statements.
            return try queue.inDatabase { database in
                var value: Value?
                try database.inTransaction(.deferred) {
                    value = try body(database)
                    return .commit
                }
                guard let value else { throw NUMAHintsError(.state, "nothing was read") }
                return value
            }
        } catch {
            throw failure.error(error)
        }
    }

    /// One transaction, whole or not at all.
    func writing<Value>(_ body: (LedgerWriter) throws -> Value) throws(NUMAHintsError) -> Value {
        do {
            return try openQueue().inDatabase { database in
                if let writer = writer.withLock({ $0 }) { return try writer.transaction(body) }
                let new = try LedgerWriter(database)
                writer.withLock { $0 = new }
                return try new.transaction(body)
            }
        } catch {
            throw failure.error(error)
        }
    }

    /// One transaction that changes the books.
    func changing<Value>(_ body: (LedgerWriter, inout Books) throws -> Value) throws(NUMAHintsError) -> Value {
        try writing { writer in
            var books = try writer.readBooks()
            let value = try body(writer, &books)
            try writer.write(books)
            return value
        }
    }

    /// A connection that was closed must not be asked anything: SQLite would end the process.
    private func openQueue() throws -> DatabaseQueue {
        guard !isClosed.withLock({ $0 }) else { throw NUMAHintsError(.state, "the ledger was closed") }
        return queue
    }
}

// MARK: - Reading

extension SQLiteLedger {
    public func pods() throws(NUMAHintsError) -> [LedgerPod] {
        try reading { try Self.pods($0) }
    }

    /// All pods and all books, of one moment: who holds no lock might see others change the one before the other.
    public func holdings() throws(NUMAHintsError) -> (pods: [LedgerPod], memory: [LedgerMemory]) {
        try reading { (try Self.pods($0), try Self.memory($0)) }
    }

    public func pod(uid: String) throws(NUMAHintsError) -> LedgerPod? {
        try reading { try PodReader($0, uid: uid).pods().first }
    }

    public func memory() throws(NUMAHintsError) -> [LedgerMemory] {
        try reading { try Self.memory($0) }
    }

    public func attachments() throws(NUMAHintsError) -> [LedgerAttachment] {
        try reading { try AttachmentRows.all($0) }
    }

    public func machine() throws(NUMAHintsError) -> String? { try reading { try MachineRow.text($0) } }

    public func decisions(uid: String?) throws(NUMAHintsError) -> [LedgerRecord] {
        try reading { database in
            try Books(database).traces.check(try RowCount(database, table: "trace"), "decisions")
            return try TraceRows.all(database, uid: uid)
        }
    }

    private static func pods(_ database: Database) throws -> [LedgerPod] {
        let books = try Books(database)
        let pods = try PodReader(database).pods()
        try books.pods.check(try RowCount(database, table: "pod"), "pods")
        guard books.lastSequence >= pods.last?.sequence ?? 0 else {
            throw LedgerFailure.damaged("a pod has a higher number than the last decision")
        }
        try PodReader(database).checkIndex(pods)
        return pods
    }

    private static func memory(_ database: Database) throws -> [LedgerMemory] {
        try Books(database).memory.check(try RowCount(database, table: "memory_state"), "nodes")
        return try MemoryRows.all(database)
    }
}
