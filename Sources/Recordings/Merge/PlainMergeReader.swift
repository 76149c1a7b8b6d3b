// SPDX-License-Identifier: Apache-2.0

/// Reads merge lines as programs write them, several times as fast as a decoder does.
///
/// It takes a part of JSON: texts of ASCII without escapes, numbers of digits, no key twice. All else, and
/// every mistake, is left to `JSONDecoder`, which also says what is wrong.
struct PlainMergeReader {
    /// The line is not as plain as that.
    private struct NotPlain: Error {}

    private let bytes: [UInt8]
    private var place = 0

    /// The record, or nil if the line is not plain.
    static func record(_ bytes: [UInt8]) -> MergeRecord? {
        var reader = PlainMergeReader(bytes: bytes)
        guard let record = try? reader.record() else { return nil }
        reader.skipBlanks()
        return reader.place == bytes.count ? record : nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func record() throws(NotPlain) -> MergeRecord {
        var (id, policy): (String?, String?)
        var record = MergeRecord(id: "", policy: "")
        try object { key, reader throws(NotPlain) in
            switch key {
            case "id": id = try reader.text()
            case "policy": policy = try reader.text()
            case "options": record.options = try reader.orNull(Self.options)
            case "numaNodes": record.numaNodes = try reader.orNull(Self.numbers)
            case "distances": record.distances = try reader.orNull(Self.distances)
            case "providers": record.providers = try reader.orNull(Self.providers)
            case "expect": record.expect = try reader.orNull(Self.expectation)
            default: try reader.skipScalar()
            }
        }
        guard let id, let policy else { throw NotPlain() }
        (record.id, record.policy) = (id, policy)
        return record
    }

    private static func options(_ reader: inout Self) throws(NotPlain) -> MergeRecord.Options {
        var options = MergeRecord.Options()
        try reader.object { key, reader throws(NotPlain) in
            guard key == "preferClosestNUMA" else { return try reader.skipScalar() }
            options.preferClosestNUMA = try reader.orNull(Self.bool)
        }
        return options
    }

    private static func distances(_ reader: inout Self) throws(NotPlain) -> [[UInt64]] {
        try reader.list { reader throws(NotPlain) in
            try reader.list { reader throws(NotPlain) in UInt64(try Self.number(&reader)) }
        }
    }

    private static func providers(_ reader: inout Self) throws(NotPlain) -> [[String: [MergeRecord.Hint]?]?] {
        try reader.list { reader throws(NotPlain) in
            try reader.orNull { reader throws(NotPlain) in
                var resources: [String: [MergeRecord.Hint]?] = [:]
                try reader.object { key, reader throws(NotPlain) in
                    let hints = try reader.orNull { reader throws(NotPlain) in try reader.list(Self.hint) }
                    resources.updateValue(hints, forKey: key)
                }
                return resources
            }
        }
    }

    private static func hint(_ reader: inout Self) throws(NotPlain) -> MergeRecord.Hint {
        var (nodes, preferred): ([Int]?, Bool?)
        try reader.object { key, reader throws(NotPlain) in
            switch key {
            case "nodes": nodes = try reader.orNull(Self.numbers)
            case "preferred": preferred = try Self.bool(&reader)
            default: try reader.skipScalar()
            }
        }
        guard let preferred else { throw NotPlain() }
        return MergeRecord.Hint(nodes: nodes, preferred: preferred)
    }

    private static func expectation(_ reader: inout Self) throws(NotPlain) -> MergeRecord.Expectation {
        var (admit, best): (Bool?, MergeRecord.Hint?)
        try reader.object { key, reader throws(NotPlain) in
            switch key {
            case "admit": admit = try Self.bool(&reader)
            case "best": best = try Self.hint(&reader)
            default: try reader.skipScalar()
            }
        }
        guard let admit, let best else { throw NotPlain() }
        return MergeRecord.Expectation(admit: admit, best: best)
    }

    private static func numbers(_ reader: inout Self) throws(NotPlain) -> [Int] {
        try reader.list(Self.number)
    }

    private static func bool(_ reader: inout Self) throws(NotPlain) -> Bool {
        if reader.take(word: "true") { return true }
        guard reader.take(word: "false") else { throw NotPlain() }
        return false
    }

    /// A whole number of so few digits that it always fits.
    private static func number(_ reader: inout Self) throws(NotPlain) -> Int {
        reader.skipBlanks()
        let start = reader.place
        var value = 0
        while reader.place < reader.bytes.count, (0x30...0x39).contains(reader.bytes[reader.place]) {
            guard reader.place - start < 18 else { throw NotPlain() }
            value = value * 10 + Int(reader.bytes[reader.place] - 0x30)
            reader.place += 1
        }
        let digits = reader.place - start
        guard digits > 0, digits == 1 || reader.bytes[start] != 0x30 else { throw NotPlain() }
        return value
    }
}

extension PlainMergeReader {
    private mutating func object(
        _ member: (String, inout Self) throws(NotPlain) -> Void
    ) throws(NotPlain) {
        guard take("{") else { throw NotPlain() }
        if take("}") { return }
        var keys: [String] = []
        repeat {
            let key = try text()
            guard keys.count < 64, !keys.contains(key), take(":") else { throw NotPlain() }
            keys.append(key)
            try member(key, &self)
        } while take(",")
        guard take("}") else { throw NotPlain() }
    }

    private mutating func list<Item>(
        _ item: (inout Self) throws(NotPlain) -> Item
    ) throws(NotPlain) -> [Item] {
        guard take("[") else { throw NotPlain() }
        if take("]") { return [] }
        var items: [Item] = []
        repeat { items.append(try item(&self)) } while take(",")
        guard take("]") else { throw NotPlain() }
        return items
    }

    private mutating func orNull<Value>(
        _ value: (inout Self) throws(NotPlain) -> Value
    ) throws(NotPlain) -> Value? {
        take(word: "null") ? nil : try value(&self)
    }

    private mutating func text() throws(NotPlain) -> String {
        guard take("\"") else { throw NotPlain() }
        let start = place
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            guard (0x20..<0x7F).contains(bytes[place]), bytes[place] != UInt8(ascii: "\\") else {
                throw NotPlain()
            }
            place += 1
        }
        guard place < bytes.count else { throw NotPlain() }
        place += 1
        return String(decoding: bytes[start..<place - 1], as: UTF8.self)
    }

    /// Goes past a value that nobody asks for.
    private mutating func skipScalar() throws(NotPlain) {
        skipBlanks()
        guard place < bytes.count else { throw NotPlain() }
        switch bytes[place] {
        case UInt8(ascii: "\""): _ = try text()
        case 0x30...0x39: _ = try Self.number(&self)
        default: if !take(word: "null") { _ = try Self.bool(&self) }
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private mutating func skipBlanks() {
        while place < bytes.count, Self.isBlank(bytes[place]) { place += 1 }
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard place < bytes.count, bytes[place] == UInt8(ascii: sign) else { return false }
        place += 1
        return true
    }

    private mutating func take(word: String) -> Bool {
        skipBlanks()
        guard bytes[place...].starts(with: word.utf8) else { return false }
        place += word.utf8.count
        return true
    }
}
