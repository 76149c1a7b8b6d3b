// SPDX-License-Identifier: Apache-2.0

import JSONWriting

/// Reads the JSON that ``JSONColumn`` writes, as long as no character is written by its number: what thousands of
/// rows have, in a tenth of the time that a decoder takes.
struct PlainJSON {
    private let bytes: [UInt8]
    private var place = 0

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// The value of a text, or nil if it has blanks or characters by their numbers, or is something else.
    static func value<Value: PlainJSONValue>(of text: String) -> Value? {
        var reader = PlainJSON(text)
        guard let value = Value(&reader), reader.place == reader.bytes.count else { return nil }
        return value
    }

    mutating func skip(_ expected: Unicode.Scalar) -> Bool {
        guard place < bytes.count, bytes[place] == UInt8(truncatingIfNeeded: expected.value) else { return false }
        place += 1
        return true
    }

    mutating func number() -> UInt64? {
        let start = place
        var value: UInt64 = 0
        while place < bytes.count, case let digit = bytes[place] &- 0x30, digit < 10 {
            let (tens, isLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isLarger) = tens.addingReportingOverflow(UInt64(digit))
            guard !isLarge, !isLarger else { return nil }
            value = sum
            place += 1
        }
        return place > start ? value : nil
    }

    mutating func string() -> String? {
        guard skip("\"") else { return nil }
        var start = place
        var before: ArraySlice<UInt8> = []
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            guard bytes[place] >= 0x20 else { return nil }
            if bytes[place] == UInt8(ascii: "\\") {
                guard place + 1 < bytes.count, let meant = Self.escaped(bytes[place + 1]) else { return nil }
                before += bytes[start..<place]
                before.append(meant)
                place += 1
                start = place + 1
            }
            place += 1
        }
        guard start <= place, place < bytes.count else { return nil }
        let text = String(
            decoding: before.isEmpty ? bytes[start..<place] : before + bytes[start..<place], as: UTF8.self)
        return skip("\"") ? text : nil
    }

    /// What a letter after a backslash stands for; nil for the number of a character.
    private static func escaped(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0c
        case UInt8(ascii: "n"): 0x0a
        case UInt8(ascii: "r"): 0x0d
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// What stands between two brackets; the body reads one element and says whether it could.
    mutating func elements(_ first: Unicode.Scalar, _ last: Unicode.Scalar, _ body: (inout PlainJSON) -> Bool)
        -> Bool
    {
        guard skip(first) else { return false }
        if skip(last) { return true }
        repeat {
            guard body(&self) else { return false }
        } while skip(",")
        return skip(last)
    }
}

/// A value that ``PlainJSON`` can read, and that writes itself as it is read.
protocol PlainJSONValue: CompactJSONValue {
    init?(_ reader: inout PlainJSON)
}

extension UInt64: PlainJSONValue {
    init?(_ reader: inout PlainJSON) {
        guard let number = reader.number() else { return nil }
        self = number
    }
}

extension String: PlainJSONValue {
    init?(_ reader: inout PlainJSON) {
        guard let text = reader.string() else { return nil }
        self = text
    }
}

extension Array: PlainJSONValue where Element: PlainJSONValue {
    init?(_ reader: inout PlainJSON) {
        var values: [Element] = []
        let isWhole = reader.elements("[", "]") { reader in
            guard let value = Element(&reader) else { return false }
            values.append(value)
            return true
        }
        guard isWhole else { return nil }
        self = values
    }
}

extension Dictionary: PlainJSONValue where Key == String, Value: PlainJSONValue {
    init?(_ reader: inout PlainJSON) {
        var members: [String: Value] = [:]
        let isWhole = reader.elements("{", "}") { reader in
            guard let name = reader.string(), reader.skip(":"), let value = Value(&reader) else { return false }
            return members.updateValue(value, forKey: name) == nil
        }
        guard isWhole else { return nil }
        self = members
    }
}
