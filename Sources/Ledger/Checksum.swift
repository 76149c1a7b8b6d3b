// SPDX-License-Identifier: Apache-2.0

/// A sum over the values of rows, by which rows that were changed on the disk are found: FNV-1a with 64 bits.
///
/// SQLite finds pages that cannot be pages; it does not find a digit that became another.
/// Source: http://www.isthe.com/chongo/tech/comp/fnv/
struct Checksum {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The sum as SQLite keeps it.
    var stored: Int64 { Int64(bitPattern: value) }

    /// Adds rows of so many columns: each value with its type and its length, so that no two rows look alike.
    mutating func add(_ rows: RowValues, columns: Int) {
        let texts = rows.texts.span
        for place in 0..<rows.count {
            if place % columns == 0 { beginRow() }
            switch rows[place] {
            case .null: addNull()
            case .number(let number): add(number)
            case .text(let text): add(texts.extracting(text))
            }
        }
    }

    mutating func beginRow() { add(word: 0x5e) }

    mutating func addNull() { add(word: 1) }

    mutating func add(_ number: Int64) {
        add(word: 2)
        add(word: UInt64(bitPattern: number))
    }

    mutating func add(_ text: borrowing Span<UInt8>) {
        add(word: 4)
        add(word: UInt64(text.count))
        for place in text.indices { add(byte: text[place]) }
    }

    /// A value that no row of ours has.
    mutating func addOther() { add(word: 3) }

    /// Adds a number as its eight bytes, the lowest first.
    private mutating func add(word: UInt64) {
        add(byte: UInt8(truncatingIfNeeded: word))
        guard word > 0xff else {
            // Each of the seven bytes that are zero multiplies once more.
            value = value &* Self.prime7
            return
        }
        var rest = word
        for _ in 1..<8 {
            rest >>= 8
            add(byte: UInt8(truncatingIfNeeded: rest))
        }
    }

    private mutating func add(byte: UInt8) {
        value = (value ^ UInt64(byte)) &* Self.prime
    }

    private static let prime: UInt64 = 0x100_0000_01b3
    private static let prime7 = prime &* prime &* prime &* prime &* prime &* prime &* prime
}
