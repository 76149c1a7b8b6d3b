// SPDX-License-Identifier: Apache-2.0

public import Admission
import GRDB
public import NUMACore

extension SQLiteLedger {
    @discardableResult
    public func intend(_ admission: LedgerAdmission, _ note: LedgerNote) throws(NUMAHintsError) -> UInt64 {
        try add(admission, .intended, note)
    }

    @discardableResult
    public func record(_ admission: LedgerAdmission, _ note: LedgerNote) throws(NUMAHintsError) -> UInt64 {
        try add(admission, .committed, note)
    }

    public func markCommitted(uid: String) throws(NUMAHintsError) {
        try mark(uid, .committed, from: [.intended, .committed])
    }

    public func markReleasing(uid: String, container: String?) throws(NUMAHintsError) {
        try mark(uid, .releasing, leaving: container, from: LedgerPod.State.allCases)
    }

    public func forget(uid: String, _ note: LedgerNote) throws(NUMAHintsError) {
        try writing { database in
            var books = try Books(database)
            if let entry = try Entry(database, uid: uid) {
                guard entry.state == .intended else {
                    throw NUMAHintsError(
                        .state, "the pod \(uid) is \(entry.state.rawValue), so its admission cannot be undone")
                }
                try entry.delete(database, &books)
                try TraceRows.delete(database, sequence: entry.sequence, &books)
                try write(note, as: entry.sequence, database, &books)
            } else {
                try write(note, as: nil, database, &books)
            }
            try books.update(database)
        }
    }

    public func remove(uid: String, _ note: LedgerNote) throws(NUMAHintsError) {
        try writing { database in
            var books = try Books(database)
            try Entry(database, uid: uid)?.delete(database, &books)
            try AttachmentRows.delete(database, uid: uid, container: nil)
            try write(note, as: nil, database, &books)
            try books.update(database)
        }
    }

    public func replace(uid: String, pieces: [[Assignment]], _ note: LedgerNote) throws(NUMAHintsError) {
        try writing { database in
            var books = try Books(database)
            guard let pod = try PodReader(database, uid: uid).pods().first,
                let entry = try Entry(database, uid: uid)
            else { throw Self.unknown(uid) }
            try entry.delete(database, &books)
            let admission = LedgerAdmission(
                pod: pod.admission.pod, pieces: pieces, affinities: pod.admission.affinities,
                time: pod.admission.time)
            let rows = try PodRows(admission, sequence: entry.sequence)
            try rows.insert(database, state: pod.leaving == nil ? pod.state : .committed)
            books.pods.add(rows.checksum)
            try write(note, as: nil, database, &books)
            try books.update(database)
        }
    }

    public func attach(_ attachment: LedgerAttachment) throws(NUMAHintsError) {
        try writing { try AttachmentRows.replace($0, attachment) }
    }

    public func detach(uid: String, container: String) throws(NUMAHintsError) {
        try writing { try AttachmentRows.delete($0, uid: uid, container: container) }
    }

    @discardableResult
    public func note(_ note: LedgerNote) throws(NUMAHintsError) -> UInt64 {
        try writing { database in
            var books = try Books(database)
            try write(note, as: nil, database, &books)
            try books.update(database)
            return books.lastSequence
        }
    }

    private func add(_ admission: LedgerAdmission, _ state: LedgerPod.State, _ note: LedgerNote)
        throws(NUMAHintsError) -> UInt64
    {
        try writing { database in
            var books = try Books(database)
            if let entry = try Entry(database, uid: admission.pod.uid) {
                throw NUMAHintsError(
                    .state,
                    "the pod \(admission.pod.uid) is in the ledger already, \(entry.state.rawValue) "
                        + "with the number \(entry.sequence)")
            }
            let sequence = try books.next()
            let rows = try PodRows(admission, sequence: sequence)
            try rows.insert(database, state: state)
            books.pods.add(rows.checksum)
            try write(note, as: sequence, database, &books)
            try books.update(database)
            return books.lastSequence
        }
    }

    private func mark(
        _ uid: String, _ state: LedgerPod.State, leaving: String? = nil, from allowed: [LedgerPod.State]
    ) throws(NUMAHintsError) {
        try writing { database in
            guard let entry = try Entry(database, uid: uid) else { throw Self.unknown(uid) }
            guard entry.state != state || entry.leaving != leaving else { return }
            guard allowed.contains(entry.state) else {
                throw NUMAHintsError(
                    .state, "the pod \(uid) is \(entry.state.rawValue), so it cannot become \(state.rawValue)")
            }
            try database.cachedStatement(sql: "UPDATE pod SET state = ?, leaving = ? WHERE sequence = ?")
                .execute(arguments: [state.rawValue, leaving, entry.sequence])
        }
    }

    /// - Parameter sequence: the number of the decision; nil for the next one.
    private func write(
        _ note: LedgerNote, as sequence: Int64?, _ database: Database, _ books: inout Books
    ) throws {
        for memory in note.memory { try MemoryRows.replace(database, memory, &books) }
        if let machine = note.machine { try MachineRow.replace(database, machine) }
        guard let decision = note.decision else { return }
        let number = try sequence ?? books.next()
        try TraceRows.insert(database, decision, sequence: number, &books)
        try TraceRows.trim(database, to: history, &books)
    }

    private static func unknown(_ uid: String) -> NUMAHintsError {
        NUMAHintsError(.state, "the ledger has no pod with the UID \(uid)")
    }
}

/// What is to be known of a pod to change it.
private struct Entry {
    let sequence: Int64
    let state: LedgerPod.State
    let leaving: String?
    let checksum: Int64

    init?(_ database: Database, uid: String) throws {
        let sql = "SELECT sequence, state, checksum, leaving FROM pod WHERE uid = ?"
        guard let row = try StoredRow.first(database, "pod", sql: sql, arguments: [uid]) else { return nil }
        sequence = try row.number(0)
        state = try row.word(1)
        checksum = try row.number(2)
        leaving = try row.optionalText(3)
    }

    func delete(_ database: Database, _ books: inout Books) throws {
        try database.cachedStatement(sql: "DELETE FROM pod WHERE sequence = ?").execute(arguments: [sequence])
        books.pods.remove(checksum)
    }
}
