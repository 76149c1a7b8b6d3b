// SPDX-License-Identifier: Apache-2.0

/// Takes bytes of a line one piece after another.
struct ByteScanner {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }
    init(_ text: String) { rest = Array(text.utf8)[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var next: UInt8? { rest.first }

    /// What is left.
    var text: String { Self.text(rest) }

    mutating func take() -> UInt8? { rest.popFirst() }

    /// Whether the rest begins with a word, which is then taken.
    mutating func skip(_ word: String) -> Bool {
        guard rest.starts(with: word.utf8) else { return false }
        rest = rest.dropFirst(word.utf8.count)
        return true
    }

    mutating func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }

    /// What stands before the next such word, which is taken too; nil, and nothing taken, if there is none.
    mutating func take(until word: String) -> String? {
        guard let place = Self.place(of: Array(word.utf8), in: rest) else { return nil }
        let text = Self.text(rest[..<place])
        rest = rest[(place + word.utf8.count)...]
        return text
    }

    /// The bytes as long as they are such.
    mutating func take(while isSuch: (UInt8) -> Bool) -> String {
        let taken = rest.prefix(while: isSuch)
        rest = rest[taken.endIndex...]
        return Self.text(taken)
    }

    /// The bytes as a text that can be shown: repaired where they are no UTF-8, and without characters that control
    /// a terminal, whatever wrote the log.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            shown.append(scalar.properties.generalCategory.isControl ? "\u{FFFD}" : scalar)
        }
        return String(shown)
    }

    /// Where a word begins.
    static func place(of word: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = word.first, bytes.count >= word.count else { return nil }
        var start = bytes.startIndex
        while let place = bytes[start...].firstIndex(of: first), place + word.count <= bytes.endIndex {
            if bytes[place..<place + word.count].elementsEqual(word) { return place }
            start = place + 1
        }
        return nil
    }
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}

extension Unicode.GeneralCategory {
    /// Line ends, what begins sequences for terminals, and what changes the direction of writing.
    fileprivate var isControl: Bool {
        self == .control || self == .format || self == .lineSeparator || self == .paragraphSeparator
    }
}
