// SPDX-License-Identifier: Apache-2.0

import Glibc
import NUMACore

/// A file of any size, or standard input, read piece by piece.
final class ByteInput {
    private let descriptor: Int32
    private let name: String
    private var block = [UInt8](repeating: 0, count: 1 << 18)

    /// - Parameter file: a path; `-` is standard input.
    init(_ file: String) throws {
        name = file == "-" ? "standard input" : file
        descriptor = file == "-" ? STDIN_FILENO : unsafe open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw NUMAHintsError(.input, "cannot be read: \(Self.reason())", file: name) }
    }

    deinit {
        if descriptor > STDIN_FILENO { close(descriptor) }
    }

    /// The next bytes; nil at the end.
    func next() throws -> [UInt8]? {
        while true {
            let count = unsafe block.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { return Array(block[..<count]) }
            if count == 0 { return nil }
            guard errno == EINTR else {
                throw NUMAHintsError(.input, "cannot be read: \(Self.reason())", file: name)
            }
        }
    }

    private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
