// SPDX-License-Identifier: Apache-2.0

import CShims
import Glibc
public import NUMACore

/// The right to change a ledger, for one process at a time: an exclusive flock(2) on a file beside it, until this
/// object goes.
///
/// The lock file stays when the lock is released, and names its holder while it is held.
public final class LedgerLock: Sendable {
    private let file: Int32

    /// Takes the lock of a ledger, or waits for it, behind those who wait already.
    ///
    /// - Parameters:
    ///   - path: of the ledger. A ledger in memory has no lock.
    ///   - wait: how long to wait for other processes, at most an hour; 0 to try once.
    /// - Throws: `.state` if the lock file cannot be used, or another process held it all the time.
    public init?(ledger path: String, wait: Duration = .seconds(10)) throws(NUMAHintsError) {
        guard path != LedgerPlace.memory else { return nil }
        let place = Self.resolved(path) + ".lock"
        let end = ContinuousClock.now + wait
        while true {
            let opened = try Self.openFile(place)
            let left = max(0, min(3_600_000, (end - ContinuousClock.now) / .milliseconds(1)))
            switch shim_lock_exclusive(opened, UInt32(left.rounded(.up))) {
            case 0 where Self.isStill(opened, at: place):
                file = opened
                sayHolder()
                return
            case 0:
                // Somebody removed the file before we had the lock on it; others lock another one by now.
                _ = close(opened)
            case ETIMEDOUT:
                let holder = Self.holder(opened).map { "process \($0)" } ?? "another process"
                _ = close(opened)
                throw NUMAHintsError(
                    .state, "\(holder) holds the ledger, and did not let it go within \(Self.text(of: wait))",
                    file: place)
            case let problem:
                _ = close(opened)
                throw NUMAHintsError(.state, "the ledger cannot be locked: \(problemText(problem))", file: place)
            }
        }
    }

    deinit {
        _ = ftruncate(file, 0)
        _ = close(file)
    }

    /// Where links lead, so that a ledger of two names has one lock.
    private static func resolved(_ path: String) -> String {
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    private static func openFile(_ place: String) throws(NUMAHintsError) -> Int32 {
        let file = unsafe open(place, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard file >= 0 else {
            let problem = errno
            throw NUMAHintsError(
                .state, "the lock file of the ledger cannot be opened: \(problemText(problem))", file: place)
        }
        var found = stat()
        guard unsafe fstat(file, &found) == 0, found.st_mode & S_IFMT == S_IFREG else {
            _ = close(file)
            throw NUMAHintsError(.state, "the lock file of the ledger is no regular file", file: place)
        }
        return file
    }

    /// Whether an open file is the one that its name leads to.
    private static func isStill(_ file: Int32, at place: String) -> Bool {
        var (own, named) = (stat(), stat())
        guard unsafe fstat(file, &own) == 0, unsafe stat(place, &named) == 0 else { return false }
        return own.st_ino == named.st_ino && own.st_dev == named.st_dev
    }

    /// Writes who holds it. It serves a message alone, so a full disk does not matter.
    private func sayHolder() {
        _ = ftruncate(file, 0)
        let text = Array("\(getpid())\n".utf8)
        _ = unsafe pwrite(file, text, text.count, 0)
    }

    /// Who says in the file that it holds the lock, if there is such a process.
    private static func holder(_ file: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let got = unsafe pread(file, &bytes, bytes.count, 0)
        guard got > 0 else { return nil }
        let digits = bytes[..<got].prefix { $0 != UInt8(ascii: "\n") }
        guard let process = Int32(String(decoding: digits, as: UTF8.self)), process > 0 else { return nil }
        return kill(process, 0) == 0 || errno == EPERM ? process : nil
    }

    /// `10 s`, `250 ms`.
    private static func text(of wait: Duration) -> String {
        let milliseconds = Int64(max(0, wait / .milliseconds(1)))
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
