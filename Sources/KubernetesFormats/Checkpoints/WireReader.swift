// SPDX-License-Identifier: Apache-2.0

/// The fields of one protocol buffer message, in the order of its bytes.
///
/// Total: whatever the bytes are, it ends with the fields or with words about what is wrong. It goes no deeper
/// than the one message. Source: https://protobuf.dev/programming-guides/encoding/
struct WireReader {
    enum Value {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
        /// Four or eight bytes of fixed length, which no message here uses.
        case fixed
    }

    struct Damage: Error {
        var message: String
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next field; nil at the end.
    mutating func next() throws(Damage) -> (field: UInt64, value: Value)? {
        if rest.isEmpty { return nil }
        let place = rest.startIndex
        let tag = try varint()
        let field = tag >> 3
        guard (1...536_870_911).contains(field) else {
            throw Damage(message: "field number \(field) at byte \(place)")
        }
        switch tag & 7 {
        case 0: return (field, .number(try varint()))
        case 1:
            _ = try take(8)
            return (field, .fixed)
        case 2: return (field, .bytes(try take(varint())))
        case 5:
            _ = try take(4)
            return (field, .fixed)
        default: throw Damage(message: "wire type \(tag & 7) of field \(field) at byte \(place)")
        }
    }

    private mutating func varint() throws(Damage) -> UInt64 {
        let place = rest.startIndex
        var value: UInt64 = 0
        for step in UInt64(0)..<10 {
            guard let byte = rest.popFirst() else { throw Damage(message: "cut off in a number at byte \(place)") }
            // The tenth byte has room for one bit.
            if step == 9, byte > 1 { break }
            value |= UInt64(byte & 0x7F) << (7 * step)
            if byte & 0x80 == 0 { return value }
        }
        throw Damage(message: "a number of more than 64 bits at byte \(place)")
    }

    private mutating func take(_ count: UInt64) throws(Damage) -> ArraySlice<UInt8> {
        guard count <= UInt64(rest.count) else {
            throw Damage(message: "\(count) bytes at byte \(rest.startIndex), \(rest.count) are there")
        }
        let taken = rest.prefix(Int(count))
        rest = rest.dropFirst(Int(count))
        return taken
    }
}
