// SPDX-License-Identifier: Apache-2.0

import GRDB

/// A sum over the values of rows, by which rows that were changed on the disk are found: FNV-1a with 64 bits.
///
/// SQLite finds pages that cannot be pages; it does not find a digit that became another.
/// Source: http://www.isthe.com/chongo/tech/comp/fnv/
struct Checksum {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The sum as SQLite keeps it.
    var stored: Int64 { Int64(bitPattern: value) }

    /// Adds a row: each value with its type and its length, so that no two rows look alike.
    mutating func add(_ row: some Sequence<DatabaseValue>) {
        add(word: 0x5e)
        for value in row {
            switch value.storage {
            case .null: add(word: 1)
            case .int64(let number):
                add(word: 2)
                add(word: UInt64(bitPattern: number))
            case .double(let number):
                add(word: 3)
                add(word: number.bitPattern)
            case .string(var text):
                add(word: 4)
                // Taken from its buffer, a byte comes in half the time.
                text.withUTF8 { unsafe add($0) }
            case .blob(let bytes):
                add(word: 5)
                add(bytes)
            }
        }
    }

    private mutating func add(_ bytes: some Collection<UInt8>) {
        add(word: UInt64(bytes.count))
        for byte in bytes { add(byte: byte) }
    }

    private mutating func add(word: UInt64) {
        var rest = word
        for _ in 0..<8 {
            add(byte: UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    private mutating func add(byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
    }
}
