// SPDX-License-Identifier: Apache-2.0

/// A line of text whose parts may have colours; every character is one column wide.
struct StyledText: Sendable, ExpressibleByStringLiteral {
    /// How a part looks on a terminal.
    enum Style: String, Sendable {
        case plain = ""
        case strong = "1"
        case faint = "2"
        case good = "32"
        case notice = "33"
        case bad = "31"
        case accent = "36"
    }

    private var parts: [(text: String, style: Style)]

    init(_ text: String = "", _ style: Style = .plain) { parts = text.isEmpty ? [] : [(text, style)] }
    init(stringLiteral text: String) { self.init(text) }

    /// The number of columns it takes.
    var width: Int { parts.reduce(0) { $0 + $1.text.count } }

    static func + (left: StyledText, right: StyledText) -> StyledText {
        var sum = left
        sum.parts += right.parts
        return sum
    }

    static func += (left: inout StyledText, right: StyledText) { left.parts += right.parts }

    /// With blanks after it up to a width; what is wider is cut, with an ellipsis at its end.
    func fitted(to width: Int) -> StyledText {
        let mine = self.width
        if mine <= width { return self + StyledText(String(repeating: " ", count: width - mine)) }
        var cut = StyledText()
        var left = max(0, width - 1)
        for part in parts {
            let text = String(part.text.prefix(left))
            cut += StyledText(text, part.style)
            left -= text.count
        }
        return width > 0 ? cut + "…" : cut
    }

    /// The same with every part fit for a terminal.
    var onOneLine: StyledText {
        var line = self
        for place in parts.indices { line.parts[place].text = parts[place].text.onOneLine }
        return line
    }

    /// The text, with escape sequences for the colours if wanted.
    func rendered(inColour: Bool) -> String {
        parts.map { text, style in
            inColour && style != .plain ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
        }.joined()
    }

    /// Breaks a text after commas and blanks into lines of at most a width.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var word = ""
        func close(_ force: Bool) {
            if !line.isEmpty, force || line.count + word.trimmedCount > width {
                lines.append(line)
                line = ""
            }
            line += word
            word = ""
        }
        for character in text {
            word.append(character)
            if character == "," || character == " " { close(false) }
        }
        close(false)
        return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
    }
}

extension String {
    /// The number of characters without a blank at the end.
    fileprivate var trimmedCount: Int { hasSuffix(" ") ? count - 1 : count }
}
