// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Reading files that the kernel makes up: they say that they are empty, and are read to their end.
enum KernelFile {
    /// Why a file could not be read: an error number.
    struct Failure: Error { var problem: Int32 }

    static func read(_ path: String) throws(Failure) -> String {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure(problem: errno) }
        defer { _ = close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe part.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw Failure(problem: errno) }
            if count == 0 { break }
            bytes += part.prefix(count)
        }
        while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nil if it cannot be read, for what may end at any moment.
    static func text(_ path: String) -> String? { try? read(path) }
}
