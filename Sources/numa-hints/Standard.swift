// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The standard streams and the end of the process, as far as a command deals with them itself.
enum Standard {
    /// Writes one line to standard error.
    static func error(_ line: String) {
        // write(2), since C's `stderr` is a global variable that Swift cannot call safe.
        var text = OpenedSnapshots.named(line) + "\n"
        text.withUTF8 { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// Ends the process, with what was printed flushed.
    static func exit(_ status: Int32) -> Never {
        OpenedSnapshots.removeAll()
        Glibc.exit(status)
    }

    /// All of standard input; nil if it cannot be read or is larger than said.
    static func input(limit: Int) -> [UInt8]? {
        var (bytes, block) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let count = unsafe block.withUnsafeMutableBytes {
                unsafe read(STDIN_FILENO, $0.baseAddress, $0.count)
            }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            bytes += block[..<count]
            if bytes.count > limit { return nil }
        }
    }
}
