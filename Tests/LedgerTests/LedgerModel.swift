// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore
import TestSupport

/// What a ledger should say, kept in lists.
struct LedgerModel {
    let history: Int
    private var pods: [LedgerPod] = []
    private var memory: [LedgerMemory] = []
    private var records: [LedgerRecord] = []
    private var machine: String?
    private var attachments: [LedgerAttachment] = []
    private var last: UInt64 = 0
    private var names = 0

    init(history: Int) { self.history = history }

    var content: LedgerContent {
        LedgerContent(pods: pods, memory: memory, decisions: records, machine: machine, attachments: attachments)
    }

    /// Does one thing here and there.
    mutating func step(_ ledger: some AdmissionLedger, _ make: inout LedgerGenerator) throws {
        let place = pods.isEmpty ? nil : make.number(0...(pods.count - 1))
        let uid = place.map { pods[$0].uid } ?? "none"
        let note = make.note(uid)
        switch (make.number(0...9), place) {
        case (8, let place?):
            let name = pods[place].admission.pod.containers[0].name
            let attachment = LedgerAttachment(uid: uid, container: name, root: "/r", group: "/g\(make.number(0...9))")
            try ledger.attach(attachment)
            attachments.removeAll { $0.uid == uid && $0.container == name }
            attachments.append(attachment)
            attachments.sort { ($0.uid, $0.container) < ($1.uid, $1.container) }
        case (9, _) where !attachments.isEmpty:
            let gone = attachments.remove(at: make.number(0...(attachments.count - 1)))
            try ledger.detach(uid: gone.uid, container: gone.container)
        case (0, let place?) where pods[place].state != .releasing:
            try ledger.markCommitted(uid: uid)
            pods[place].state = .committed
        case (1, let place?) where pods[place].state == .intended:
            try ledger.forget(uid: uid, note)
            let sequence = pods.remove(at: place).sequence
            records.removeAll { $0.sequence == sequence }
            write(note, as: sequence)
        case (2, let place?):
            let containers = pods[place].admission.pod.containers
            let leaving = make.chance(2) ? nil : containers.first?.name
            try ledger.markReleasing(uid: uid, container: leaving)
            pods[place].state = .releasing
            pods[place].leaving = leaving
        case (3, let place?):
            try ledger.remove(uid: uid, note)
            pods.remove(at: place)
            attachments.removeAll { $0.uid == uid }
            write(note, as: nil)
        case (4, let place?):
            let pieces = pods[place].admission.pod.containers.map { _ in make.pieces() }
            try ledger.replace(uid: uid, pieces: pieces, note)
            pods[place].admission.pieces = pieces
            if pods[place].leaving != nil { pods[place].state = .committed }
            pods[place].leaving = nil
            write(note, as: nil)
        case (5, _):
            try ledger.note(note)
            write(note, as: nil)
        default:
            names += 1
            let admission = make.admission("pod-\(names)")
            last += 1
            let isWhole = make.chance(2)
            let sequence = try isWhole ? ledger.record(admission, note) : ledger.intend(admission, note)
            pods.append(
                LedgerPod(sequence: sequence, state: isWhole ? .committed : .intended, admission: admission))
            write(note, as: last)
        }
    }

    private mutating func write(_ note: LedgerNote, as sequence: UInt64?) {
        machine = note.machine ?? machine
        for new in note.memory {
            memory.removeAll { $0.provider == new.provider }
            memory.append(new)
            memory.sort { $0.provider < $1.provider }
        }
        guard let decision = note.decision else { return }
        if sequence == nil { last += 1 }
        records.append(LedgerRecord(sequence: sequence ?? last, decision: decision))
        records.sort { $0.sequence < $1.sequence }
        records.removeFirst(max(0, records.count - history))
    }
}
