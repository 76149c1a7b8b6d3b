// SPDX-License-Identifier: Apache-2.0

import Glibc
import NUMACore

/// Files that are written whole, or not at all.
enum WholeFile {
    /// Writes a text beside the file, and then puts it into its place; into what is no ordinary file (a terminal, a
    /// pipe, /dev/null) it is written directly. `-` is standard output.
    static func write(_ text: String, to path: String) throws(NUMAHintsError) {
        let text = OpenedSnapshots.named(text)
        if path == "-" { return print(text, terminator: "") }
        guard isPictureOrNew(path) else {
            throw refusal(path, "it is there already and is no page or picture: name another file")
        }
        try write(Array(text.utf8), to: path)
    }

    /// Whether nothing is lost that is not a page or a picture: what was read, say.
    private static func isPictureOrNew(_ path: String) -> Bool {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        // What is not there, or cannot be opened, is said when it is written.
        guard file >= 0 else { return true }
        defer { _ = close(file) }
        var found = stat()
        guard unsafe fstat(file, &found) == 0, found.st_mode & S_IFMT == S_IFREG, found.st_size > 0 else { return true }
        var start = [UInt8](repeating: 0, count: 16)
        let count = unsafe start.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
        let text = String(decoding: start.prefix(max(0, count)), as: UTF8.self)
        return text.hasPrefix("<!DOCTYPE html") || text.hasPrefix("<svg")
    }

    /// The same for bytes.
    ///
    /// - Parameter mode: the rights of a file that is made.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o666) throws(NUMAHintsError) {
        if path == "-" { return try write(bytes, STDOUT_FILENO, "standard output") }
        var found = stat()
        let isThere = unsafe stat(path, &found) == 0
        if isThere, found.st_mode & S_IFMT == S_IFDIR { throw refusal(path, "it is a folder") }
        if isThere, found.st_mode & S_IFMT != S_IFREG {
            let file = unsafe open(path, O_WRONLY | O_CLOEXEC)
            guard file >= 0 else { throw refusal(path, problem(errno)) }
            defer { _ = close(file) }
            return try write(bytes, file, path)
        }
        // A link leads to the file, and stays.
        if isThere, let real = unsafe realpath(path, nil) {
            defer { unsafe free(real) }
            let target = unsafe String(cString: real)
            if target != path { return try write(bytes, to: target, mode: mode) }
        }
        let draft = path + ".new-\(getpid())"
        let file = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw refusal(path, problem(errno)) }
        do throws(NUMAHintsError) {
            defer { _ = close(file) }
            try write(bytes, file, path)
            guard fsync(file) == 0 else { throw refusal(path, problem(errno)) }
        } catch {
            _ = unsafe unlink(draft)
            throw error
        }
        guard unsafe rename(draft, path) == 0 else {
            let reason = problem(errno)
            _ = unsafe unlink(draft)
            throw refusal(path, reason)
        }
    }

    private static func write(_ bytes: [UInt8], _ file: Int32, _ path: String) throws(NUMAHintsError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress?.advanced(by: done), $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw refusal(path, problem(errno)) }
            done += count
        }
    }

    private static func problem(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }

    private static func refusal(_ path: String, _ reason: String) -> NUMAHintsError {
        NUMAHintsError(.input, "cannot be written: \(reason)", file: path)
    }
}
