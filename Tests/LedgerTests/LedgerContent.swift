// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import Ledger
import NUMACore
import TestSupport

/// Everything that a ledger says.
struct LedgerContent: Equatable {
    var pods: [LedgerPod]
    var memory: [LedgerMemory]
    var decisions: [LedgerRecord]
    var machine: String?
    var attachments: [LedgerAttachment] = []

    init(
        pods: [LedgerPod], memory: [LedgerMemory], decisions: [LedgerRecord], machine: String?,
        attachments: [LedgerAttachment]
    ) {
        self.attachments = attachments
        self.machine = machine
        self.pods = pods
        self.memory = memory
        self.decisions = decisions
    }

    init(_ ledger: some AdmissionLedger) throws {
        pods = try ledger.pods()
        memory = try ledger.memory()
        decisions = try ledger.decisions(uid: nil)
        machine = try ledger.machine()
        attachments = try ledger.attachments()
    }

    /// What a file says; it is opened and closed.
    init(of path: String) throws {
        let ledger = try SQLiteLedger(path: path)
        self = try LedgerContent(ledger)
        try ledger.close()
    }
}

extension PrivateFolder {
    /// The path of a ledger in the folder.
    func ledger(_ name: String = "ledger.db") -> String { url.appendingPathComponent(name).path }

    /// Copies the files of a ledger as they are, as if the machine had stopped now; without the index of its log,
    /// which would not have been kept.
    func copy(_ path: String, to name: String) throws -> String {
        let target = ledger(name)
        for end in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: target + end)
            if end != "-shm", FileManager.default.fileExists(atPath: path + end) {
                try FileManager.default.copyItem(atPath: path + end, toPath: target + end)
            }
        }
        return target
    }
}

/// What a call failed with, as its one line; nil if it did not fail.
func complaint(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return "\(error)"
    }
}

/// Whether an error is what a user can be shown: of the right kind, and one line that names the file.
func isClear(_ error: any Error, about path: String) -> Bool {
    guard let error = error as? NUMAHintsError else { return false }
    return error.code == .state && !error.description.contains("\n")
        && (error.file?.hasPrefix(path) == true || path.hasPrefix(error.file ?? "-"))
}
