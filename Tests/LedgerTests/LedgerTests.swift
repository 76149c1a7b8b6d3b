// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import GRDB
@testable import Ledger
import NUMACore
import TestSupport
import Testing

@Suite("Ledger")
struct LedgerTests {
    @Test("Law: a ledger says what a list in memory says, and says it again after it was closed")
    func roundTrip() throws {
        let folder = try PrivateFolder()
        // Each waits for the disk some thirty times.
        for number in 0..<max(1, TestEnvironment.cases(1200) / 100) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var make = LedgerGenerator(seed: seed)
            var model = LedgerModel(history: make.number(0...12))
            for path in [folder.ledger("\(number).db"), LedgerPlace.memory] {
                let start = make
                model = LedgerModel(history: model.history)
                let ledger = try SQLiteLedger(path: path, history: model.history)
                for _ in 0..<25 {
                    try model.step(ledger, &make)
                    #expect(try LedgerContent(ledger) == model.content, "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
                }
                try #expect(ledger.open() == model.content.pods.filter { $0.state != .committed })
                for pod in model.content.pods { try #expect(ledger.pod(uid: pod.uid) == pod) }
                try ledger.close()
                guard path != LedgerPlace.memory else { continue }
                #expect(try LedgerContent(of: path) == model.content, "closed, NUMA_HINTS_SEED=\(seed)")
                #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
                make = start
            }
        }
    }

    @Test("a transaction that throws leaves nothing")
    func atomic() throws {
        var make = LedgerGenerator(seed: 1)
        let ledger = try SQLiteLedger(path: LedgerPlace.memory)
        try ledger.record(make.admission("held"), make.note("held"))
        let before = try LedgerContent(ledger)
        // The note is written last, and fails at its end.
        let bad = LedgerNote(
            decision: LedgerDecision(uid: "u", name: "n", verdict: "v", text: "zero \0 byte"),
            memory: [make.memory("org.a.memory"), make.memory("org.b.memory")])
        let admission = make.admission("new")
        let calls: [(String, () throws -> Void)] = [
            ("intend", { try ledger.intend(admission, bad) }),
            ("record", { try ledger.record(admission, bad) }),
            ("forget", { try ledger.forget(uid: "none", bad) }),
            ("remove", { try ledger.remove(uid: "held", bad) }),
            ("replace", { try ledger.replace(uid: "held", pieces: [], bad) }),
            ("note", { try ledger.note(bad) }),
        ]
        for (name, call) in calls {
            #expect(complaint(call) == "the text of a decision has a zero byte, which the ledger cannot keep")
            #expect(try LedgerContent(ledger) == before, "\(name)")
        }
        let huge = Assignment("cpu", .cpus([1 << 24]))
        #expect(
            complaint { try ledger.replace(uid: "held", pieces: [[huge]], LedgerNote()) }
                == "a CPU set of the container container-0 has the number 16777216, "
                + "and the ledger keeps those below 16777216")
        #expect(try LedgerContent(ledger) == before)
    }

    @Test("what cannot follow on what was is refused, and what was done already is fine")
    func order() throws {
        var make = LedgerGenerator(seed: 2)
        let ledger = try SQLiteLedger(path: LedgerPlace.memory)
        let admission = make.admission("a")
        #expect(try ledger.intend(admission, LedgerNote()) == 1)
        #expect(
            complaint { try ledger.record(admission, LedgerNote()) }
                == "the pod a is in the ledger already, intended with the number 1")
        try ledger.markCommitted(uid: "a")
        try ledger.markCommitted(uid: "a")
        #expect(
            complaint { try ledger.forget(uid: "a", LedgerNote()) }
                == "the pod a is committed, so its admission cannot be undone")
        try ledger.markReleasing(uid: "a", container: nil)
        #expect(
            complaint { try ledger.markCommitted(uid: "a") } == "the pod a is releasing, so it cannot become committed")
        #expect(try ledger.open().map(\.uid) == ["a"])
        try ledger.remove(uid: "a", LedgerNote())
        try ledger.remove(uid: "a", LedgerNote())
        try ledger.forget(uid: "a", LedgerNote())
        #expect(complaint { try ledger.markCommitted(uid: "a") } == "the ledger has no pod with the UID a")
        #expect(complaint { try ledger.replace(uid: "a", pieces: [], LedgerNote()) } != nil)
        // A number is not given twice.
        #expect(try ledger.record(admission, LedgerNote()) == 2)
    }

    @Test("an intent is found after a crash, and what was marked is committed")
    func crash() throws {
        let folder = try PrivateFolder()
        var make = LedgerGenerator(seed: 3)
        let ledger = try SQLiteLedger(path: folder.ledger())
        try ledger.record(make.admission("old"), LedgerNote())
        try ledger.intend(make.admission("new"), LedgerNote())
        let before = try LedgerContent(ledger)
        let early = try folder.copy(ledger.path, to: "early.db")
        try ledger.markCommitted(uid: "new")
        let late = try folder.copy(ledger.path, to: "late.db")
        try ledger.markReleasing(uid: "old", container: nil)
        let last = try folder.copy(ledger.path, to: "last.db")
        try ledger.close()

        let found = try SQLiteLedger(path: early)
        #expect(try LedgerContent(found) == before)
        #expect(try found.open().map(\.uid) == ["new"])
        try found.forget(uid: "new", LedgerNote())
        #expect(try found.pods().map(\.uid) == ["old"])
        #expect(try SQLiteLedger(path: late).open() == [])
        #expect(try SQLiteLedger(path: last).open().map(\.uid) == ["old"])
    }

    @Test("every commit is synced, into a log")
    func settings() throws {
        let folder = try PrivateFolder()
        let ledger = try SQLiteLedger(path: folder.ledger())
        func pragma(_ name: String) throws -> String? {
            try ledger.reading { try String.fetchOne($0, sql: "PRAGMA \(name)") }
        }
        #expect(try pragma("journal_mode") == "wal")
        #expect(try pragma("synchronous") == "2")
        #expect(try pragma("foreign_keys") == "1")
        let modes = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted().map {
            let file = folder.url.appendingPathComponent($0).path
            return try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        }
        #expect(modes.count == 3 && modes.allSatisfy { $0 == 0o600 })
    }
}
