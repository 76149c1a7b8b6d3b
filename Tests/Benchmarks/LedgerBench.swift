// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import Ledger
import NUMACore
import TestSupport

/// How long a ledger takes to write an admission that lasts, and to say who holds what.
enum LedgerBench {
    static var groups: [BenchGroup] {
        [BenchGroup(title: "ledger of 1,000 pods") { try rows(isSmall: true) + rows(isSmall: false) }]
    }

    /// - Parameter isSmall: whether each pod has one container of at most three pieces; else it has up to four of
    ///   up to five.
    private static func rows(isSmall: Bool) throws -> [BenchRow] {
        let folder = try PrivateFolder()
        let path = folder.url.appendingPathComponent("ledger.db").path
        var make = LedgerGenerator(seed: 6, isPlain: true)
        let pods = (0..<1000).map { number in
            var admission = make.admission("pod-\(number)")
            if isSmall {
                let container = admission.pod.containers.prefix(1)
                admission.pod.containers = Array(container)
                admission = LedgerAdmission(
                    pod: admission.pod, pieces: admission.pieces.prefix(1).map { Array($0.prefix(3)) },
                    affinities: admission.affinities, time: admission.time)
            }
            return (admission, make.note("pod-\(number)"))
        }
        let ledger = try SQLiteLedger(path: path)
        var problem: String?
        let writing = Bench.once {
            do {
                for (admission, note) in pods { try ledger.record(admission, note) }
            } catch { problem = "\(error)" }
        }
        try ledger.close()
        let syncing = try synced(1000, of: 16 << 10, folder.url.appendingPathComponent("bare").path)
        let reading = Bench.median {
            do {
                let found = try SQLiteLedger(path: path, access: .read).pods()
                if found.count != pods.count { problem = "pods are missing" }
            } catch { problem = "\(error)" }
        }
        let pieces = pods.reduce(0) { $0 + $1.0.pieces.reduce(0) { $0 + $1.count } }
        let size = "\(isSmall ? "small" : "large") pods, \(pieces) pieces"
        return [
            BenchRow(
                name: "\(size): one written", time: writing / 1000,
                comparison: "write and sync of 16 KiB \(Bench.text(syncing))", note: problem ?? ""),
            BenchRow(name: "\(size): all read", time: reading, comparison: "wanted: 50 ms", note: problem ?? ""),
        ]
    }

    /// What the disk takes for as much, without any database.
    private static func synced(_ times: Int, of size: Int, _ path: String) throws -> Duration {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { _ = close(file) }
        let bytes = [UInt8](repeating: 1, count: size)
        return Bench.once {
            for _ in 0..<times {
                _ = unsafe write(file, bytes, size)
                _ = fdatasync(file)
            }
        } / times
    }
}
