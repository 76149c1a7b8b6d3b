// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What standard output is.
enum Terminal {
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// The number of columns: COLUMNS, else what the terminal says, else 80.
    static var width: Int {
        if let columns = Environment.value("COLUMNS").flatMap({ Int($0) }), (20...1000).contains(columns) {
            return columns
        }
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 else { return 80 }
        return Int(size.ws_col)
    }

    /// The number of lines: LINES, else what the terminal says, else 24.
    static var height: Int {
        if let lines = Environment.value("LINES").flatMap({ Int($0) }), (6...1000).contains(lines) { return lines }
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    /// Colours are for terminals, and not for who says NO_COLOR (https://no-color.org).
    static var hasColour: Bool {
        isTerminal && Environment.value("NO_COLOR") == nil && Environment.value("TERM") != "dumb"
    }
}
