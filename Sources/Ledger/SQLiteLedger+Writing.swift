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
        try changing { writer, books in
            if let entry = try Entry(writer, uid: uid) {
                guard entry.state == .intended else {
                    throw NUMAHintsError(
                        .state, "the pod \(uid) is \(entry.state.rawValue), so its admission cannot be undone")
                }
                try entry.delete(writer, &books)
                try TraceRows.delete(writer, sequence: entry.sequence, &books)
                try write(note, as: entry.sequence, writer, &books)
            } else {
                try write(note, as: nil, writer, &books)
            }
        }
    }

    public func remove(uid: String, _ note: LedgerNote) throws(NUMAHintsError) {
        try changing { writer, books in
            try Entry(writer, uid: uid)?.delete(writer, &books)
            try AttachmentRows.delete(writer.database, uid: uid, container: nil)
            try write(note, as: nil, writer, &books)
        }
    }

    public func replace(uid: String, pieces: [[Assignment]], _ note: LedgerNote) throws(NUMAHintsError) {
        try changing { writer, books in
            guard let pod = try PodReader(writer.database, uid: uid).pods().first,
                let entry = try Entry(writer, uid: uid)
            else { throw Self.unknown(uid) }
            try entry.delete(writer, &books)
            let admission = LedgerAdmission(
                pod: pod.admission.pod, pieces: pieces, affinities: pod.admission.affinities,
                time: pod.admission.time)
            let rows = try PodRows(admission, sequence: entry.sequence)
            try rows.insert(writer, state: pod.leaving == nil ? pod.state : .committed)
            books.pods.add(rows.checksum)
            try write(note, as: nil, writer, &books)
        }
    }

    public func attach(_ attachment: LedgerAttachment) throws(NUMAHintsError) {
        try writing { try AttachmentRows.replace($0.database, attachment) }
    }

    public func detach(uid: String, container: String) throws(NUMAHintsError) {
        try writing { try AttachmentRows.delete($0.database, uid: uid, container: container) }
    }

    @discardableResult
    public func note(_ note: LedgerNote) throws(NUMAHintsError) -> UInt64 {
        try changing { writer, books in
            try write(note, as: nil, writer, &books)
            return books.lastSequence
        }
    }

    private func add(_ admission: LedgerAdmission, _ state: LedgerPod.State, _ note: LedgerNote)
        throws(NUMAHintsError) -> UInt64
    {
        try changing { writer, books in
            if let entry = try Entry(writer, uid: admission.pod.uid) {
                throw NUMAHintsError(
                    .state,
                    "the pod \(admission.pod.uid) is in the ledger already, \(entry.state.rawValue) "
                        + "with the number \(entry.sequence)")
            }
            let sequence = try books.next()
            let rows = try PodRows(admission, sequence: sequence)
            try rows.insert(writer, state: state)
            books.pods.add(rows.checksum)
            try write(note, as: sequence, writer, &books)
            return books.lastSequence
        }
    }

    private func mark(
        _ uid: String, _ state: LedgerPod.State, leaving: String? = nil, from allowed: [LedgerPod.State]
    ) throws(NUMAHintsError) {
        try writing { writer in
            guard let entry = try Entry(writer, uid: uid) else { throw Self.unknown(uid) }
            guard entry.state != state || entry.leaving != leaving else { return }
            guard allowed.contains(entry.state) else {
                throw NUMAHintsError(
                    .state, "the pod \(uid) is \(entry.state.rawValue), so it cannot become \(state.rawValue)")
            }
            var row = RowValues(state.rawValue)
            if let leaving { row.add(leaving) } else { row.addNull() }
            row.add(entry.sequence)
            try PreparedStatement(writer.database, "UPDATE pod SET state = ?, leaving = ? WHERE sequence = ?").run(row)
        }
    }

    /// - Parameter sequence: the number of the decision; nil for the next one.
    private func write(
        _ note: LedgerNote, as sequence: Int64?, _ writer: LedgerWriter, _ books: inout Books
    ) throws {
        for memory in note.memory { try MemoryRows.replace(writer, memory, &books) }
        if let machine = note.machine { try MachineRow.replace(writer.database, machine) }
        guard let decision = note.decision else { return }
        let number = try sequence ?? books.next()
        try TraceRows.insert(writer, decision, sequence: number, &books)
        try TraceRows.trim(writer, to: history, &books)
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

    init?(_ writer: LedgerWriter, uid: String) throws {
        let found = try writer.podQuery.first("pod", RowValues(uid)) { row in
            (try row.number(0), try row.word(1) as LedgerPod.State, try row.number(2), try row.optionalText(3))
        }
        guard let found else { return nil }
        (sequence, state, checksum, leaving) = found
    }

    func delete(_ writer: LedgerWriter, _ books: inout Books) throws {
        try PreparedStatement(writer.database, "DELETE FROM pod WHERE sequence = ?").run(RowValues(sequence))
        books.pods.remove(checksum)
    }
}
