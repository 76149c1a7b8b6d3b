// SPDX-License-Identifier: Apache-2.0

/// Bounds what the aliases of a YAML text could make of it, before it is parsed.
///
/// The parser replaces an alias by what its anchor stands for. That costs it nothing, but a chain of
/// anchors can nest values deeper than a stack is, and a key with aliases inside is hashed as a whole.
/// The counts here are never too low; they may be too high, as text in quotes counts too.
struct AliasBounds {
    private var aliases = 0
    private var anchors = 0
    private var openers = 0
    private var deepestLine = 0
    private var line = 1
    /// How many bytes of the line so far could each nest a value: indentation and `- - -` alike.
    private var indicators = 0
    /// Whether only blanks came since the name of an alias.
    private var isAfterAlias = false
    private var previous = UInt8(ascii: "\n")
    /// The last byte that is no blank.
    private var visible = UInt8(ascii: "\n")

    private(set) var firstAliasLine = 1
    /// The line of the first thing that may be a list, a mapping or an alias as a key.
    private(set) var collectionKeyLine: Int?

    /// Whether the text may have aliases that stand for something.
    var hasAliases: Bool { aliases > 0 && anchors > 0 }

    /// The deepest nesting that can come out of it.
    var expandedDepth: Int {
        // A list may stand at the column of the key above it: two levels a column.
        min(2000, 2 * deepestLine + openers + 2) * (min(aliases, anchors) + 1)
    }

    init(_ text: String) {
        var bytes = text.utf8.makeIterator()
        var next = bytes.next()
        while let byte = next {
            next = bytes.next()
            take(byte, before: next ?? UInt8(ascii: "\n"))
        }
    }

    private mutating func take(_ byte: UInt8, before next: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"):
            line += 1
            indicators = 0
        case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
            indicators += 1
            deepestLine = max(deepestLine, indicators)
            if isKeyMark(byte, before: next) { collectionKeyLine = collectionKeyLine ?? line }
        case UInt8(ascii: "["), UInt8(ascii: "{"): openers += 1
        case UInt8(ascii: "&") where Self.isName(next): anchors += 1
        case UInt8(ascii: "*") where Self.isName(next):
            if aliases == 0 { firstAliasLine = line }
            aliases += 1
        default: break
        }
        if byte == UInt8(ascii: "*") {
            isAfterAlias = Self.isName(next)
        } else if !Self.isBlank(byte), !Self.isName(byte) {
            isAfterAlias = false
        }
        previous = byte
        if !Self.isBlank(byte) { visible = byte }
    }

    private func isKeyMark(_ byte: UInt8, before next: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ":"):
            isAfterAlias || visible == UInt8(ascii: "]") || visible == UInt8(ascii: "}")
        case UInt8(ascii: "?"):
            !Self.isName(next) && (Self.isBlank(previous) || "[{,-:?".utf8.contains(previous))
        default: false
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
