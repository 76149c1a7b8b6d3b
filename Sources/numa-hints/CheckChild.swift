// SPDX-License-Identifier: Apache-2.0

import CShims
import Glibc
import NUMACore

/// This program once more, for one piece of work with a library that may end it or never come back.
struct CheckChild {
    /// How it ended, and what it left.
    struct End {
        /// What it wrote as its result.
        var result: [UInt8]
        /// The last line that it printed.
        var lastLine: String
        /// As waitpid(2) has it.
        var status: Int32
        var wasTooSlow: Bool

        /// The signal that ended it, or nil.
        var signal: Int32? { status & 0x7F == 0 ? nil : status & 0x7F }
        var exitStatus: Int32 { (status >> 8) & 0xFF }
    }

    /// Where a child finds the file for its result.
    static let resultFile: Int32 = 3
    private static let mostBytes = 1 << 24

    let process: Int32
    /// Readable for poll(2) once the child has ended; -1 where the kernel has no such thing.
    let watch: Int32
    private let result: Int32
    private let output: Int32
    private let deadline: UInt64

    init(_ words: [String], milliseconds: UInt64) throws {
        (result, output) = (shim_memory_file(), shim_memory_file())
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var (process, watch): (Int32, Int32) = (0, -1)
        let problem = unsafe shim_run_again(&arguments, result, output, &process, &watch)
        guard problem == 0 else {
            throw NUMAHintsError(.bug, "cannot start itself again: \(unsafe String(cString: strerror(problem)))")
        }
        (self.process, self.watch) = (process, watch)
        deadline = Self.now + milliseconds
    }

    /// Milliseconds until it is too slow.
    var remaining: Int { Int(clamping: Int64(clamping: deadline) - Int64(clamping: Self.now)) }

    /// What came of it, once it has ended; nil before. It is killed when it is too slow.
    func end() -> End? {
        let isTooSlow = remaining <= 0
        if isTooSlow { _ = kill(-process, SIGKILL) }
        var status: Int32 = 0
        let ended = unsafe waitpid(process, &status, isTooSlow ? 0 : WNOHANG)
        guard ended == process else { return nil }
        // What it may have started goes with it.
        _ = kill(-process, SIGKILL)
        defer { for file in [result, output, watch] where file >= 0 { _ = close(file) } }
        let lines = String(decoding: Self.contents(output), as: UTF8.self).split(whereSeparator: \.isNewline)
        return End(
            result: Self.contents(result), lastLine: lines.last.map(String.init) ?? "", status: status,
            wasTooSlow: isTooSlow && status & 0x7F == SIGKILL)
    }

    /// Waits for the end of one.
    func waitForEnd() -> End {
        while true {
            if let end = end() { return end }
            Self.wait(for: [self])
        }
    }

    /// Waits until one of them may have ended, at most a while.
    static func wait(for children: [CheckChild]) {
        var files = children.filter { $0.watch >= 0 }.map { pollfd(fd: $0.watch, events: Int16(POLLIN), revents: 0) }
        let isBlind = files.count < children.count
        let soonest = children.map(\.remaining).min() ?? 0
        _ = unsafe poll(&files, nfds_t(files.count), Int32(clamping: max(0, isBlind ? min(soonest, 5) : soonest)))
    }

    private static func contents(_ file: Int32) -> [UInt8] {
        guard file >= 0 else { return [] }
        var (bytes, block) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while bytes.count < mostBytes {
            let count = unsafe block.withUnsafeMutableBytes {
                unsafe pread(file, $0.baseAddress, $0.count, off_t(bytes.count))
            }
            guard count > 0 else { break }
            bytes += block[..<count]
        }
        return bytes
    }

    private static var now: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }
}
