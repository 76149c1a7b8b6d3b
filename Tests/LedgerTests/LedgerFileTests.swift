// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import GRDB
@testable import Ledger
import NUMACore
import TestSupport
import Testing

@Suite("Files of a ledger")
struct LedgerFileTests {
    private let folder: PrivateFolder
    private let path: String

    init() throws {
        folder = try PrivateFolder()
        path = folder.ledger()
    }

    private func opening(_ path: String) -> String? { complaint { _ = try SQLiteLedger(path: path) } }

    @Test("what is no ledger is said in one line, and left as it was")
    func foreign() throws {
        try Data("what is this? ".utf8).write(to: URL(fileURLWithPath: path))
        #expect(opening(path) == "\(path): the file is no SQLite database")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "what is this? ")
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(opening(path) == "\(path): the file is empty, and no ledger ever is; remove it to begin a new one")
        let other = folder.ledger("other.db")
        try DatabaseQueue(path: other).write { try $0.execute(sql: "CREATE TABLE pod (a)") }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: other))
        #expect(opening(other) == "\(other): the file is a database of something else than numa-hints")
        #expect(try Data(contentsOf: URL(fileURLWithPath: other)) == bytes)
        #expect(opening(folder.url.path) == "\(folder.url.path): the ledger is no regular file")
    }

    @Test("a ledger of a later version is refused")
    func newer() throws {
        let ledger = try SQLiteLedger(path: path)
        try ledger.writing { try $0.database.execute(sql: "INSERT INTO grdb_migrations VALUES ('3')") }
        try ledger.close()
        #expect(
            opening(path)
                == "\(path): the ledger is of a newer version of numa-hints: it has the migration 3, "
                + "and this version knows those up to 2")
    }

    @Test("a ledger of an earlier version gets what it lacks, and says what it said")
    func older() throws {
        var make = LedgerGenerator(seed: 1)
        let ledger = try SQLiteLedger(path: path)
        for name in ["a", "b"] { try ledger.record(make.admission(name), make.note(name)) }
        try ledger.markReleasing(uid: "b", container: nil)
        var before = try LedgerContent(ledger)
        before.machine = nil
        try ledger.writing {
            try $0.database.execute(
                sql: """
                    ALTER TABLE pod DROP COLUMN leaving; DROP TABLE machine; DROP TABLE attachment;
                    DELETE FROM grdb_migrations WHERE identifier = '2'
                    """)
        }
        try ledger.close()
        #expect(
            complaint { _ = try SQLiteLedger(path: path, access: .read) }
                == "\(path): the ledger is of an older version of numa-hints: it lacks the migration 2, "
                + "which it is given when it is written next")
        #expect(try LedgerContent(of: path) == before)
    }

    @Test("a folder that is missing, or where nothing can be made")
    func folders() throws {
        let missing = folder.url.appendingPathComponent("missing").path
        #expect(opening(missing + "/ledger.db") == "\(missing): the folder of the ledger is not there")
        let refused = opening("/sys/ledger.db")
        #expect(refused?.hasPrefix("/sys/ledger.db: the ledger cannot be made: ") == true, "\(refused ?? "none")")
        #expect(opening(path + "/ledger.db")?.contains("not a directory") != nil)
    }

    @Test("what is opened to be read is neither made nor changed")
    func reading() throws {
        #expect(
            complaint { _ = try SQLiteLedger(path: path, access: .read) } == "\(path): there is no ledger")
        var make = LedgerGenerator(seed: 4)
        let ledger = try SQLiteLedger(path: path)
        try ledger.record(make.admission("a"), make.note("a"))
        let content = try LedgerContent(ledger)
        let reader = try SQLiteLedger(path: path, access: .read)
        #expect(try LedgerContent(reader) == content)
        #expect(
            complaint { try reader.markReleasing(uid: "a", container: nil) }?.hasPrefix(
                "\(path): the ledger cannot be written: ")
                == true)
        try ledger.markReleasing(uid: "a", container: nil)
        #expect(try reader.open().map(\.uid) == ["a"])
        try ledger.close()
        #expect(try reader.open().map(\.uid) == ["a"])
        try reader.close()
        #expect(try SQLiteLedger(path: path, access: .read).open().map(\.uid) == ["a"])
    }

    @Test("a folder or a file that may not be written", .enabled(if: geteuid() != 0, "root may write anything"))
    func readOnly() throws {
        var make = LedgerGenerator(seed: 9)
        let ledger = try SQLiteLedger(path: path)
        try ledger.record(make.admission("a"), make.note("a"))
        try ledger.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        func permit(_ place: String, _ mode: Int) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place)
        }
        defer { try? permit(folder.url.path, 0o700) }
        try permit(folder.url.path, 0o500)
        #expect(
            complaint { _ = try SQLiteLedger(path: path).pods() }?.hasPrefix("\(path): the ledger cannot be ") == true)
        #expect(opening(folder.ledger("b.db"))?.hasSuffix("the ledger cannot be made: permission denied") == true)
        try permit(folder.url.path, 0o700)
        try permit(path, 0o400)
        #expect(opening(path) == "\(path): the ledger cannot be written: permission denied")
        try permit(path, 0o000)
        #expect(opening(path) == "\(path): the ledger cannot be written: permission denied")
        #expect(
            complaint { _ = try SQLiteLedger(path: path, access: .read) }
                == "\(path): the ledger cannot be read: permission denied")
        try permit(path, 0o600)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try SQLiteLedger(path: path).pods().map(\.uid) == ["a"])
    }

    @Test("a log without its ledger is not read into a new one")
    func lostFile() throws {
        try Data("x".utf8).write(to: URL(fileURLWithPath: path + "-wal"))
        #expect(
            opening(path)
                == "\(path): the ledger is missing, but its log \(path)-wal is there; remove that to begin a new one")
    }

    @Test("what a crash left of a new ledger does no harm")
    func unfinished() throws {
        try Data("half".utf8).write(to: URL(fileURLWithPath: path + ".new"))
        try Data("half".utf8).write(to: URL(fileURLWithPath: path + ".new-wal"))
        #expect(try SQLiteLedger(path: path).pods() == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["ledger.db"])
    }

    @Test("a full disk, and a file that cannot be written, change nothing")
    func full() throws {
        var make = LedgerGenerator(seed: 5)
        let ledger = try SQLiteLedger(path: path)
        try ledger.record(make.admission("a"), make.note("a"))
        let before = try LedgerContent(ledger)
        func pragma(_ text: String) throws { try ledger.queue.inDatabase { try $0.execute(sql: "PRAGMA " + text) } }
        try pragma("max_page_count = 1")
        var refused: String?
        for number in 0..<200 where refused == nil {
            refused = complaint { try ledger.intend(make.admission("b-\(number)"), make.note("b")) }
            guard refused == nil else { break }
            try ledger.remove(uid: "b-\(number)", LedgerNote())
            let large = LedgerDecision(
                uid: "a", name: "a", verdict: "v", text: String(repeating: "x", count: 100_000))
            refused = complaint { try ledger.note(LedgerNote(decision: large)) }
        }
        #expect(
            refused == "\(path): there is no space left for the ledger: database or disk is full; nothing was changed")
        #expect(try ledger.pods() == before.pods)
        try pragma("max_page_count = 100000")
        try pragma("query_only = 1")
        let readOnly =
            complaint { try ledger.note(make.note("x")) }
            ?? complaint { try ledger.markReleasing(uid: "a", container: nil) }
        #expect(readOnly?.hasPrefix("\(path): the ledger cannot be written: ") == true, "\(readOnly ?? "none")")
        try pragma("query_only = 0")
        #expect(try ledger.pods() == before.pods)
        try ledger.close()
        try ledger.close()
        #expect(complaint { _ = try ledger.pods() } == "\(path): the ledger was closed")
        #expect(complaint { try ledger.markCommitted(uid: "a") } == "\(path): the ledger was closed")
    }

    @Test("a thousand pods are read in a few milliseconds")
    func many() throws {
        var make = LedgerGenerator(seed: 6)
        let ledger = try SQLiteLedger(path: path)
        let clock = ContinuousClock()
        let writing = try clock.measure {
            for number in 0..<1000 { try ledger.record(make.admission("pod-\(number)"), make.note("pod-\(number)")) }
        }
        try ledger.close()
        var pods: [LedgerPod] = []
        let reading = try clock.measure { pods = try SQLiteLedger(path: path).pods() }
        #expect(pods.count == 1000)
        let quick = try SQLiteLedger(path: path)
        let check = try clock.measure {
            try #expect(quick.reading { try String.fetchOne($0, sql: "PRAGMA quick_check") } == "ok")
        }
        print("ledger: 1,000 pods opened and read in \(reading), quick_check \(check), one write \(writing / 1000)")
    }
}
