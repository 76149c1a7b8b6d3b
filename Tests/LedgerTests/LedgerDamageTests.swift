// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import Ledger
import NUMACore
import TestSupport
import Testing

/// Files that are not what was written: a clear line, or what was written; never something else, and never a trap.
@Suite("Damaged ledgers")
struct LedgerDamageTests {
    private let folder: PrivateFolder
    private let content: LedgerContent
    private let bytes: [UInt8]

    init() throws {
        folder = try PrivateFolder()
        var make = LedgerGenerator(seed: 7)
        let ledger = try SQLiteLedger(path: folder.ledger())
        for number in 0..<10 {
            try ledger.intend(make.admission("pod-\(number)"), make.note("pod-\(number)"))
            if number % 3 > 0 { try ledger.markCommitted(uid: "pod-\(number)") }
        }
        try ledger.remove(uid: "pod-4", make.note("pod-4"))
        content = try LedgerContent(ledger)
        try ledger.close()
        bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder.ledger())))
    }

    /// Reads a damaged file, and then writes to it; returns whether it was found out.
    private func isFound(_ damaged: [UInt8], _ what: String) throws -> Bool {
        let path = folder.ledger("damaged.db")
        for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
        try Data(damaged).write(to: URL(fileURLWithPath: path))
        do {
            let ledger = try SQLiteLedger(path: path)
            #expect(try LedgerContent(ledger) == content, "\(what): other content")
        } catch {
            #expect(isClear(error, about: path), "\(what): \(error)")
            return true
        }
        do {
            var make = LedgerGenerator(seed: 8)
            let ledger = try SQLiteLedger(path: path)
            try ledger.record(make.admission("another"), make.note("another"))
            try ledger.remove(uid: "pod-1", make.note("pod-1"))
            try ledger.close()
            // Damage where nothing is kept may come to light now; what is said must still be right.
            let uids = try LedgerContent(of: path).pods.map(\.uid)
            #expect(uids == content.pods.map(\.uid).filter { $0 != "pod-1" } + ["another"], "\(what): wrong after it")
        } catch {
            #expect(isClear(error, about: path), "\(what): \(error)")
        }
        return false
    }

    @Test("files that were cut")
    func truncated() throws {
        #expect(try !isFound(bytes, "whole"))
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 250)) + [1, 99, 100, 4096] {
            #expect(try isFound(Array(bytes.prefix(length)), "cut to \(length) of \(bytes.count) bytes"))
        }
    }

    @Test("Law: bytes that were changed")
    func flipped() throws {
        var found = 0
        let count = TestEnvironment.cases(300)
        for number in 0..<count {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                damaged[place] ^= UInt8.random(in: 1...255, using: &random)
            }
            if try isFound(damaged, "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1") { found += 1 }
        }
        print("ledger: \(found) of \(count) damaged files found out, the others say what was written")
    }

    @Test("Law: pages that were mixed up, or written over with zeros")
    func pages() throws {
        let pages = bytes.count / 4096
        for page in 1..<pages {
            var zeroed = bytes
            zeroed.replaceSubrange(page * 4096..<(page + 1) * 4096, with: repeatElement(0, count: 4096))
            _ = try isFound(zeroed, "page \(page) of zeros")
            for other in 1..<pages where other != page {
                var copied = bytes
                copied.replaceSubrange(page * 4096..<(page + 1) * 4096, with: bytes[other * 4096..<(other + 1) * 4096])
                _ = try isFound(copied, "page \(page) like page \(other)")
            }
        }
    }

    @Test("Law: of a damaged log, what was committed before the damage is left")
    func log() throws {
        var make = LedgerGenerator(seed: TestEnvironment.seed)
        let ledger = try SQLiteLedger(path: folder.ledger("logged.db"))
        var states = [try LedgerContent(ledger)]
        for number in 0..<6 {
            try ledger.intend(make.admission("pod-\(number)"), make.note("pod-\(number)"))
            states.append(try LedgerContent(ledger))
        }
        let copy = try folder.copy(ledger.path, to: "copy.db")
        let log = Array(try Data(contentsOf: URL(fileURLWithPath: copy + "-wal")))
        for step in 0..<80 {
            _ = try folder.copy(ledger.path, to: "copy.db")
            var damaged = log
            if step % 2 == 0 {
                damaged.removeLast(make.number(0...(log.count - 1)))
            } else {
                damaged[make.number(0...(log.count - 1))] ^= UInt8(make.number(1...255))
            }
            try Data(damaged).write(to: URL(fileURLWithPath: copy + "-wal"))
            do {
                let found = try LedgerContent(of: copy)
                #expect(states.contains(found), "NUMA_HINTS_SEED=\(TestEnvironment.seed), step \(step)")
            } catch {
                #expect(isClear(error, about: copy), "\(error)")
            }
        }
    }
}
