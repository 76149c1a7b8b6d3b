// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import TestSupport

/// How long a ledger takes to write an admission that lasts, and to say who holds what.
enum LedgerBench {
    static var groups: [BenchGroup] {
        [BenchGroup(title: "ledger, 1,000 pods of 1 to 4 containers") { try rows() }]
    }

    private static func rows() throws -> [BenchRow] {
        let folder = try PrivateFolder()
        let path = folder.url.appendingPathComponent("ledger.db").path
        var make = LedgerGenerator(seed: 6, isPlain: true)
        let pods = (0..<1000).map { (make.admission("pod-\($0)"), make.note("pod-\($0)")) }
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
                guard try SQLiteLedger(path: path, access: .read).pods().count == pods.count else {
                    return problem = "pods are missing"
                }
            } catch { problem = "\(error)" }
        }
        return [
            BenchRow(
                name: "one admission written, in one transaction", time: writing / 1000,
                comparison: "write of 16 KiB and fdatasync \(Bench.text(syncing))", note: problem ?? ""),
            BenchRow(name: "opened and read", time: reading, comparison: "below 50 ms", note: problem ?? ""),
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
