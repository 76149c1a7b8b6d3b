// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// The words of a shell-like file.
///
/// Blanks part words inside quotes too: the value of a variable is a command line that is parted again,
/// and no flag that matters here has a blank in its value. Quotes themselves are left out, a backslash
/// at the end of a line joins it with the next, and `#` begins a comment where a line begins.
struct ArgumentWords {
    struct Word {
        var text: String
        /// Where it begins.
        var line: Int
        /// Whether it begins a line that no backslash or quote joins with the one before.
        var isLineStart: Bool
    }

    private var words: [Word] = []
    private var word: [UInt8] = []
    private var wordLine = 1
    private var line = 1
    private var isLineStart = true
    private var quote: (mark: UInt8, line: Int)?

    static func of(_ source: SourceText) throws -> [Word] {
        var parser = ArgumentWords()
        parser.take(Array(source.text.utf8))
        if let quote = parser.quote {
            throw NUMAHintsError(
                .input, "the quote \(Character(Unicode.Scalar(quote.mark))) is never closed",
                file: source.file, line: quote.line)
        }
        return parser.words
    }

    private mutating func take(_ bytes: [UInt8]) {
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            let next = place + 1 < bytes.count ? bytes[place + 1] : UInt8(ascii: "\n")
            place += 1
            switch byte {
            case UInt8(ascii: "\n"):
                endWord()
                line += 1
                if quote == nil { isLineStart = true }
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): endWord()
            case UInt8(ascii: "#") where isLineStart && word.isEmpty:
                while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
            case UInt8(ascii: "\\") where next == UInt8(ascii: "\n") || next == UInt8(ascii: "\r"):
                // The line end goes with it; a carriage return before it is a blank.
                if next == UInt8(ascii: "\n") { place += 1 } else { place = min(bytes.count, place + 2) }
                line += 1
            case UInt8(ascii: "\\"):
                append(next)
                place += 1
            case UInt8(ascii: "\""), UInt8(ascii: "'"): takeQuote(byte)
            default: append(byte)
            }
        }
        endWord()
    }

    private mutating func takeQuote(_ mark: UInt8) {
        guard let open = quote else {
            quote = (mark, line)
            return
        }
        if open.mark == mark { quote = nil } else { append(mark) }
    }

    private mutating func append(_ byte: UInt8) {
        if word.isEmpty { wordLine = line }
        word.append(byte)
    }

    private mutating func endWord() {
        guard !word.isEmpty else { return }
        words.append(
            Word(text: String(decoding: word, as: UTF8.self), line: wordLine, isLineStart: isLineStart))
        word = []
        isLineStart = false
    }
}
