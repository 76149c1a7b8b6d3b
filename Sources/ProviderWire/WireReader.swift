// SPDX-License-Identifier: Apache-2.0

/// Bytes of a message that are read from their beginning. No byte beyond the end is ever read, whatever they say.
package struct WireReader {
    private let bytes: [UInt8]
    private let end: Int
    private var place = 0

    package init(_ bytes: [UInt8]) { self.init(bytes, count: bytes.count) }

    /// Reads the first bytes alone.
    init(_ bytes: [UInt8], count: Int) {
        self.bytes = bytes
        end = min(bytes.count, max(0, count))
    }

    /// How many bytes were read.
    package var position: Int { place }

    /// Bytes that were read, from a position on.
    package func bytes(since position: Int) -> [UInt8] { Array(bytes[position..<place]) }

    /// What was not read yet.
    package var rest: [UInt8] { Array(bytes[place..<end]) }

    /// Passes over bytes.
    package mutating func skip(_ count: Int) { place = min(end, place + max(0, count)) }

    package var isAtEnd: Bool { place == end }

    /// How many bytes are left.
    package var left: Int { end - place }

    // One for each width that is read much: the other modules would look up the type of a generic one each time.
    package mutating func number(_: UInt8.Type = UInt8.self) throws(WireProblem) -> UInt8 { try integer() }
    package mutating func number(_: UInt32.Type = UInt32.self) throws(WireProblem) -> UInt32 { try integer() }
    package mutating func number(_: UInt64.Type = UInt64.self) throws(WireProblem) -> UInt64 { try integer() }
    package mutating func number(_: Int32.Type = Int32.self) throws(WireProblem) -> Int32 { try integer() }
    package mutating func number<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(WireProblem) -> Value {
        try integer()
    }

    private mutating func integer<Value: FixedWidthInteger>() throws(WireProblem) -> Value {
        let width = MemoryLayout<Value>.size
        try check(width)
        let value = unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: place, as: Value.self) }
        place += width
        return Value(littleEndian: value)
    }

    package mutating func flag() throws(WireProblem) -> Bool {
        let value = try number(UInt8.self)
        guard value <= 1 else { throw WireProblem("a flag that is \(value)") }
        return value == 1
    }

    /// Copies as many bytes as the buffer has.
    package mutating func raw(into buffer: UnsafeMutableRawBufferPointer) throws(WireProblem) {
        let count = buffer.count
        try check(count)
        unsafe bytes.withUnsafeBytes { source in
            unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[place..<place + count]))
        }
        place += count
    }

    /// The length of a text, which is as long as said; nil if there is none.
    mutating func textLength() throws(WireProblem) -> Int? {
        let count = try number(UInt32.self)
        guard count != WireFormat.noText else { return nil }
        guard Int(count) <= WireFormat.textLimit else { throw WireProblem("a text of \(count) bytes") }
        try check(Int(count))
        return Int(count)
    }

    /// A text, repaired where it is not UTF-8.
    package mutating func text() throws(WireProblem) -> String? {
        guard let count = try textLength() else { return nil }
        let text = String(decoding: bytes[place..<place + count], as: UTF8.self)
        place += count
        return text
    }

    /// Fails unless so many bytes are left.
    package func check(_ count: Int) throws(WireProblem) {
        guard count <= left else {
            throw WireProblem("a message that is cut short: \(count) bytes wanted, \(left) left")
        }
    }
}
