// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Reads small files below a root: of the running system, or of a captured one.
public struct SystemFiles: Sendable {
    public enum Kind: Sendable { case file, folder, other }

    /// Stands before every path; empty for the running system.
    public let root: String

    public init(root: String) { self.root = root }

    /// The first bytes of a file, or nil if it cannot be read.
    public func bytes(_ path: String, limit: Int = 1 << 16) -> [UInt8]? {
        // Without blocking, so that a pipe in the place of a file cannot hold us up.
        let file = unsafe open(root + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(limit, 4096))
        while bytes.count < limit {
            let got = unsafe read(file, &chunk, min(chunk.count, limit - bytes.count))
            guard got >= 0 else { return nil }
            if got == 0 { break }
            bytes += chunk[..<got]
        }
        return bytes
    }

    /// A file's text without blanks, line ends and zero bytes around it, or nil if it cannot be read.
    public func text(_ path: String, limit: Int = 1 << 16) -> String? {
        guard var bytes = bytes(path, limit: limit)?[...] else { return nil }
        while let end = bytes.last, end <= 0x20 { bytes.removeLast() }
        while let start = bytes.first, start <= 0x20 { bytes.removeFirst() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A file's decimal number, or nil.
    public func number(_ path: String) -> Int? { text(path, limit: 64).flatMap { Int($0) } }

    /// The last part of what a link points to, or nil if there is no such link.
    public func linkName(_ path: String) -> String? {
        linkTarget(path)?.split(separator: "/").last.map(String.init)
    }

    /// What a link says, as it stands there, or nil if there is no such link.
    public func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = unsafe readlink(root + path, &buffer, buffer.count)
        guard length > 0 else { return nil }
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The names in a folder, in ascending order; empty if it cannot be read.
    public func names(in path: String) -> [String] {
        guard let folder = unsafe opendir(root + path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// What a path leads to, or nil if to nothing.
    public func kind(_ path: String) -> Kind? {
        var found = stat()
        guard unsafe stat(root + path, &found) == 0 else { return nil }
        switch found.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// The size of a regular file in bytes, or nil if there is none.
    public func size(_ path: String) -> Int? {
        var found = stat()
        guard unsafe stat(root + path, &found) == 0, found.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(found.st_size)
    }
}
