// SPDX-License-Identifier: Apache-2.0

/// Writes JSON as a ledger keeps it: on one line, without blanks, members in ascending order of their names.
///
/// An admission that lasts writes some kilobytes of it, and waits for that: this takes a tenth of the time of
/// Foundation's encoder, whose text it is, byte for byte.
public struct CompactJSON {
    @usableFromInline package private(set) var bytes: [UInt8] = []
    private var levels: [Level] = []
    /// Of all objects that are open, the outermost first: names, and where they begin.
    private var members: [(name: String, start: Int)] = []
    /// A value was written as an array and as an object.
    private(set) var isMixed = false

    /// The text of a value.
    ///
    /// - Throws: `EncodingError` for a number that JSON does not have, and what the value itself throws.
    public static func text(of value: some Encodable) throws -> String {
        try CompactJSONWriter().text(of: value)
    }

    /// - Parameter size: of the text, if it is known about.
    @usableFromInline package init(size: Int = 1 << 14) { bytes.reserveCapacity(size) }

    public mutating func add(_ character: Unicode.Scalar) { bytes.append(UInt8(truncatingIfNeeded: character.value)) }

    public mutating func add(word: StaticString) { word.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) } }

    public mutating func add(number: some FixedWidthInteger) {
        if number < 0 { add("-") }
        var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
        var (rest, first) = (UInt64(number.magnitude), 20)
        repeat {
            first -= 1
            digits[first] += UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        for place in first..<20 { bytes.append(digits[place]) }
    }

    /// Without a fraction where it has none.
    mutating func add(number: some BinaryFloatingPoint & CustomStringConvertible) throws {
        guard number.isFinite else {
            throw EncodingError.invalidValue(number, .init(codingPath: [], debugDescription: "JSON has no \(number)"))
        }
        let text = number.description
        bytes.append(contentsOf: (text.hasSuffix(".0") ? text.dropLast(2) : text[...]).utf8)
    }

    public mutating func add(text: String) {
        add("\"")
        var text = text
        text.withUTF8 { unsafe add(units: $0) }
        add("\"")
    }

    private mutating func add(units: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for place in 0..<units.count where unsafe Self.isSpecial(units[place]) {
            unsafe bytes.append(contentsOf: units[start..<place])
            unsafe add(special: units[place])
            start = place + 1
        }
        unsafe bytes.append(contentsOf: units[start...])
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
}

// MARK: - Values within others

extension CompactJSON {
    /// What holds other values.
    enum Kind { case array, object }

    private struct Level {
        var kind: Kind
        var isEmpty = true
        var isSorted = true
        /// The place of its first member among all that are open.
        var firstMember: Int
    }

    /// Begins an array or an object within so many others, or goes on with it.
    mutating func open(_ kind: Kind, at depth: Int) {
        if levels.count > depth {
            end(to: depth + 1)
            isMixed = isMixed || levels[depth].kind != kind
        } else {
            add(kind == .object ? "{" : "[")
            levels.append(Level(kind: kind, firstMember: members.count))
        }
    }

    /// The next value is a member of the object with that many values around its members.
    mutating func beginMember(_ name: String, at depth: Int) {
        beginElement(at: depth)
        if members.count > levels[depth - 1].firstMember, let last = members.last, name < last.name {
            levels[depth - 1].isSorted = false
        }
        members.append((name, bytes.count))
        add(text: name)
        add(":")
    }

    /// The next value is an element of the array with that many values around its elements.
    mutating func beginElement(at depth: Int) {
        end(to: depth)
        if !levels[depth - 1].isEmpty { add(",") }
        levels[depth - 1].isEmpty = false
    }

    /// Ends all that is within so many others.
    mutating func end(to depth: Int) {
        while levels.count > depth, let level = levels.popLast() {
            guard level.kind == .object else {
                add("]")
                continue
            }
            if !level.isSorted { sort(from: level.firstMember) }
            members.removeSubrange(level.firstMember...)
            add("}")
        }
    }

    /// Puts the members of the object that ends here, each but the first after a comma, in order of their names.
    private mutating func sort(from first: Int) {
        let order = (first..<members.count).sorted { members[$0].name < members[$1].name }
        let start = members[first].start
        var whole: [UInt8] = []
        whole.reserveCapacity(bytes.count - start)
        for place in order {
            if !whole.isEmpty { whole.append(UInt8(ascii: ",")) }
            let end = place + 1 < members.count ? members[place + 1].start - 1 : bytes.count
            whole += bytes[members[place].start..<end]
        }
        bytes.replaceSubrange(start..., with: whole)
    }
}
