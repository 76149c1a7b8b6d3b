// SPDX-License-Identifier: Apache-2.0

import Foundation
import Ledger
import NUMACore
import Synchronization
import TestSupport
import Testing

@Suite("Lock of a ledger")
struct LedgerLockTests {
    private let folder: PrivateFolder
    private let path: String

    init() throws {
        folder = try PrivateFolder()
        path = folder.ledger()
    }

    /// Another process that holds the lock for some seconds; returns once it does.
    private func holder(_ seconds: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        let ready = folder.ledger("ready-\(seconds)")
        process.arguments = ["--no-fork", path + ".lock", "sh", "-c", "touch \(ready); exec sleep \(seconds)"]
        try process.run()
        for _ in 0..<500 where !FileManager.default.fileExists(atPath: ready) { usleep(10_000) }
        return process
    }

    @Test("another process waits, and then has it")
    func waits() throws {
        let other = try holder("0.5")
        let clock = ContinuousClock()
        let start = clock.now
        let lock = try LedgerLock(ledger: path, wait: .seconds(20))
        #expect(lock != nil && clock.now - start > .milliseconds(200))
        other.waitUntilExit()
    }

    /// How many wait for the lock, as the kernel lists them.
    private func waiting() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + ".lock")
        let inode = try #require(attributes[.systemFileNumber] as? Int)
        let locks = try String(contentsOfFile: "/proc/locks", encoding: .utf8).split(separator: "\n")
        return locks.filter { $0.contains("->") && $0.contains(":\(inode) ") }.count
    }

    /// Looks again and again until something is so.
    private func wait(until isSo: () throws -> Bool) rethrows {
        for _ in 0..<6000 {
            if try isSo() { return }
            usleep(5_000)
        }
    }

    @Test("who came first has it first")
    func order() throws {
        let came = Mutex<[Int]>([])
        var lock = try LedgerLock(ledger: path)
        for number in 0..<5 {
            Thread.detachNewThread { [path] in
                guard let mine = try? LedgerLock(ledger: path, wait: .seconds(60)) else { return }
                withExtendedLifetime(mine) { came.withLock { $0.append(number) } }
            }
            try wait { try waiting() == number + 1 }
        }
        #expect(try waiting() == 5 && lock != nil)
        lock = nil
        wait { came.withLock { $0.count } == 5 }
        #expect(came.withLock { $0 } == [0, 1, 2, 3, 4])
        #expect(try LedgerLock(ledger: path) != nil)
    }

    @Test("who waited in vain does not have it later")
    func abandoned() throws {
        do {
            let lock = try LedgerLock(ledger: path)
            withExtendedLifetime(lock) {
                #expect(complaint { _ = try LedgerLock(ledger: path, wait: .milliseconds(20)) } != nil)
            }
        }
        for _ in 0..<3 { #expect(try LedgerLock(ledger: path, wait: .seconds(60)) != nil) }
    }

    @Test("who waits in vain is told so, and by whom")
    func bounded() throws {
        let other = try holder("30")
        #expect(
            complaint { _ = try LedgerLock(ledger: path, wait: .milliseconds(120)) }
                == "\(path).lock: another process holds the ledger, and did not let it go within 120 ms")
        try Data("\(other.processIdentifier)\n".utf8).write(to: URL(fileURLWithPath: path + ".lock"))
        #expect(
            complaint { _ = try LedgerLock(ledger: path, wait: .zero) }
                == "\(path).lock: process \(other.processIdentifier) holds the ledger, "
                + "and did not let it go within 0 s")
        other.terminate()
        other.waitUntilExit()
    }

    @Test("it excludes others while it is held, names its holder, and is let go at its end")
    func excludes() throws {
        func isFree() throws -> Bool { try run("/usr/bin/flock", ["-n", path + ".lock", "true"]).status == 0 }
        do {
            let lock = try LedgerLock(ledger: path)
            try withExtendedLifetime(lock) {
                #expect(try !isFree())
                #expect(
                    complaint { _ = try LedgerLock(ledger: path, wait: .zero) }?
                        .contains("process \(getpid()) holds the ledger") == true)
                let said = try String(contentsOfFile: path + ".lock", encoding: .utf8)
                #expect(said == "\(getpid())\n")
                let mode = try FileManager.default.attributesOfItem(atPath: path + ".lock")[.posixPermissions] as? Int
                #expect(mode == 0o600)
                // A program that is started meanwhile does not have it.
                #expect(try run("sh", ["-c", "ls -l /proc/self/fd"]).output.contains(".lock") == false)
            }
        }
        #expect(try isFree())
        #expect(try String(contentsOfFile: path + ".lock", encoding: .utf8) == "")
        #expect(try LedgerLock(ledger: path, wait: .zero) != nil)
    }

    @Test("a ledger of two names has one lock")
    func links() throws {
        try SQLiteLedger(path: path).close()
        let link = folder.ledger("link.db")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let lock = try LedgerLock(ledger: link)
        withExtendedLifetime(lock) {
            #expect(complaint { _ = try LedgerLock(ledger: path, wait: .zero) } != nil)
        }
    }

    @Test("a ledger in memory has none; where no file can be, that is said")
    func others() throws {
        #expect(try LedgerLock(ledger: LedgerPlace.memory) == nil)
        let missing = folder.ledger("missing/ledger.db")
        #expect(
            complaint { _ = try LedgerLock(ledger: missing) }
                == "\(missing).lock: the lock file of the ledger cannot be opened: no such file or directory")
        try FileManager.default.createDirectory(atPath: path + ".lock", withIntermediateDirectories: false)
        #expect(complaint { _ = try LedgerLock(ledger: path) }?.contains("is a directory") == true)
        let pipe = folder.ledger("pipe")
        try #expect(run("mkfifo", [pipe + ".lock"]).status == 0)
        #expect(complaint { _ = try LedgerLock(ledger: pipe) }?.contains("is no regular file") == true)
    }
}

@Suite("Place of a ledger")
struct LedgerPlaceTests {
    @Test("of root, and of others by their environment")
    func places() throws {
        func place(_ environment: [String: String], isRoot: Bool = false) -> String {
            do throws(NUMAHintsError) {
                return try LedgerPlace.default(environment: environment, isRoot: isRoot)
            } catch { return error.message }
        }
        #expect(place(["XDG_STATE_HOME": "/s"], isRoot: true) == "/var/lib/numa-hints/ledger.db")
        #expect(place(["XDG_STATE_HOME": "/s", "HOME": "/h"]) == "/s/numa-hints/ledger.db")
        #expect(place(["XDG_STATE_HOME": "/s/", "HOME": "/h"]) == "/s/numa-hints/ledger.db")
        #expect(place(["XDG_STATE_HOME": "", "HOME": "/h"]) == "/h/.local/state/numa-hints/ledger.db")
        #expect(place(["XDG_STATE_HOME": "relative", "HOME": "/h"]) == "/h/.local/state/numa-hints/ledger.db")
        #expect(place([:]) == "no place for the ledger: neither XDG_STATE_HOME nor HOME is an absolute path")
    }

    @Test("missing folders are made for the user alone")
    func folders() throws {
        let folder = try PrivateFolder()
        let path = folder.ledger("a/b/ledger.db")
        try LedgerPlace.makeFolders(for: path)
        try LedgerPlace.makeFolders(for: path)
        for name in ["a", "a/b"] {
            let made = folder.url.appendingPathComponent(name).path
            #expect(try FileManager.default.attributesOfItem(atPath: made)[.posixPermissions] as? Int == 0o700)
        }
        #expect(try SQLiteLedger(path: path).pods() == [])
        let below = path + "/c/ledger.db"
        #expect(
            complaint { try LedgerPlace.makeFolders(for: below) }
                == "\(path): the folder of the ledger cannot be made: file exists")
        try LedgerPlace.makeFolders(for: LedgerPlace.memory)
    }
}
