// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The standard streams and the end of the process, as far as a command deals with them itself.
enum Standard {
    /// Writes one line to standard error.
    static func error(_ line: String) {
        // write(2), since C's `stderr` is a global variable that Swift cannot call safe.
        var text = line + "\n"
        text.withUTF8 { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// Ends the process, with what was printed flushed.
    static func exit(_ status: Int32) -> Never {
        Glibc.exit(status)
    }
}
