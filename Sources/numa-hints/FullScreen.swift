// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The terminal while a command has all of it: another screen, no cursor, and keys that come one by one.
///
/// What it was before is put back by ``leave()``, which is to be called on every way out.
struct FullScreen {
    private var before = termios()
    private var hasKeys = false

    /// Keys are read only where standard input is a terminal too.
    mutating func enter() {
        if unsafe isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &before) == 0 {
            var mode = before
            // SIGINT and SIGTSTP still come from the keyboard.
            mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
            hasKeys = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) == 0
        }
        Self.say("\u{1b}[?1049h\u{1b}[?25l\u{1b}[2J")
    }

    mutating func leave() {
        Self.say("\u{1b}[?25h\u{1b}[?1049l")
        if hasKeys { _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &before) }
        hasKeys = false
    }

    /// Puts lines onto the screen, over what is there, without a moment in which it is empty.
    func draw(_ lines: [String]) {
        Self.say("\u{1b}[H" + lines.map { $0 + "\u{1b}[K" }.joined(separator: "\r\n") + "\u{1b}[J")
    }

    /// The key that was pressed; nil after this time without one.
    func key(within milliseconds: Int32) -> UInt8? {
        var place = pollfd(fd: hasKeys ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&place, 1, milliseconds) > 0, place.revents & Int16(POLLIN) != 0 else { return nil }
        var key: UInt8 = 0
        return unsafe read(STDIN_FILENO, &key, 1) == 1 ? key : nil
    }

    private static func say(_ text: String) {
        print(text, terminator: "")
        _ = fflush(nil)
    }
}
