// SPDX-License-Identifier: Apache-2.0

import Glibc
import JSONWriting
import NUMACore

/// Values on their way into rows, the rows one after another and their texts in one buffer.
struct RowValues {
    enum Value {
        case null
        case number(Int64)
        /// Where it is in the buffer.
        case text(Range<Int>)
    }

    private var values: [Value] = []
    private(set) var texts: [UInt8] = []

    var count: Int { values.count }
    subscript(place: Int) -> Value { values[place] }

    /// - Parameters:
    ///   - count: of the values, if it is known about.
    ///   - size: of the texts, if it is known about.
    init(count: Int = 0, size: Int = 0) {
        values.reserveCapacity(count)
        texts.reserveCapacity(size)
    }

    /// One number.
    init(_ number: Int64) { add(number) }

    /// One text, to look for it.
    init(_ text: String) { add(text) }

    mutating func addNull() { values.append(.null) }

    mutating func add(_ number: Int64) { values.append(.number(number)) }

    /// All 64 bits as they are.
    mutating func add(bits number: UInt64) { add(Int64(bitPattern: number)) }

    /// A text that has no zero byte, or is only looked for.
    mutating func add(_ text: String) {
        let start = texts.count
        var text = text
        text.withUTF8 { unsafe texts.append(contentsOf: $0) }
        values.append(.text(start..<texts.count))
    }

    /// - Throws: if SQLite would end the text at a zero byte within it.
    mutating func add(_ text: String, _ what: @autoclosure () -> String) throws {
        try Self.check(text, what())
        add(text)
    }

    /// - Throws: if a member is so large that it would not be read again.
    mutating func add(_ set: some NumberSet, _ what: @autoclosure () -> String) throws {
        if let last = set.last, last >= StoredRow.memberLimit {
            throw NUMAHintsError(
                .state, "\(what()) has the number \(last), and the ledger keeps those below \(StoredRow.memberLimit)")
        }
        add(set.list)
    }

    /// The one text of a value: without blanks, members in order of their names.
    mutating func add(json value: some CompactJSONValue) {
        var text = CompactJSON(size: 256)
        value.write(to: &text)
        let start = texts.count
        texts.append(contentsOf: text.bytes)
        values.append(.text(start..<texts.count))
    }

    /// - Throws: if a text has a zero byte.
    static func check(_ text: String, _ what: @autoclosure () -> String) throws {
        var text = text
        let isPlain = text.withUTF8 { bytes in
            guard let base = bytes.baseAddress else { return true }
            return unsafe memchr(base, 0, bytes.count) == nil
        }
        guard isPlain else {
            throw NUMAHintsError(.state, "\(what()) has a zero byte, which the ledger cannot keep")
        }
    }
}
