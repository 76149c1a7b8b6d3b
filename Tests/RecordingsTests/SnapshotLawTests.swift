// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import Recordings
import TestSupport
import Testing

@Suite("Damaged snapshots")
struct SnapshotLawTests {
    @Test("one that is cut or has flipped bits is read or refused in one line, and nothing is left of it")
    func damaged() throws {
        let recording = TestEnvironment.root.appendingPathComponent("Tests/Machines/vm-4node-sriov.tar.gz").path
        let whole = try CaptureArchive.withUnpacked(recording) { root in
            var snapshot = Snapshot(machineRoot: root)
            snapshot.addLedger(Array(repeating: 7, count: 5000), name: "/l.db")
            return Data(try snapshot.archive())
        }
        let plain = try Gzip.inflated(whole, file: "test")
        let seed = TestEnvironment.seed
        var generator = SeededGenerator(seed: seed)
        var refused = 0
        let cases = TestEnvironment.cases(12)
        for number in 0..<cases {
            // Without gzip, its checksum does not see the damage first.
            var data = number % 2 == 0 ? plain : whole
            for _ in 0..<Int.random(in: 1...40, using: &generator) {
                data[Int.random(in: data.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
            if number % 3 == 0 { data = data.prefix(Int.random(in: 0..<data.count, using: &generator)) }
            let folder = try PrivateFolder()
            let path = folder.url.appendingPathComponent("s.tar.gz").path
            try data.write(to: URL(fileURLWithPath: path))
            do {
                let opened = try OpenedSnapshot(path, scratch: folder.url.path)
                defer { opened.remove() }
                _ = try opened.ledger()
            } catch let error as NUMAHintsError {
                refused += 1
                #expect(!error.description.contains("\n"), "seed \(seed), case \(number)")
            }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["s.tar.gz"],
                "seed \(seed), case \(number)")
        }
        #expect(refused > 0, "seed \(seed)")
    }
}
