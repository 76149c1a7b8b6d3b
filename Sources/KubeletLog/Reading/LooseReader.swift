// SPDX-License-Identifier: Apache-2.0

/// Reads one value as logs write it; nil where brackets are left open or there are too many of them.
struct LooseReader {
    /// Lists and members inside each other; no line that is read here needs more than six.
    static let depthLimit = 24

    private var scanner: ByteScanner
    private var depth = 0

    init(_ scanner: ByteScanner) { self.scanner = scanner }

    /// The value that a text is.
    static func value(of text: String) -> LooseValue? {
        var reader = LooseReader(ByteScanner(text))
        return reader.value()
    }

    /// The value that stands next, which is taken.
    static func take(_ scanner: inout ByteScanner) -> LooseValue? {
        var reader = LooseReader(scanner)
        guard let value = reader.value() else { return nil }
        scanner = reader.scanner
        return value
    }

    private mutating func value() -> LooseValue? {
        guard depth < Self.depthLimit else { return nil }
        depth += 1
        defer { depth -= 1 }
        scanner.skipBlanks()
        if scanner.skip("&{") || scanner.skip("{") { return members(until: UInt8(ascii: "}"), isMap: false) }
        if scanner.skip("map[") { return members(until: UInt8(ascii: "]"), isMap: true) }
        if scanner.skip("[") { return list() }
        if scanner.next == UInt8(ascii: "\"") { return quoted().map { .text($0) } }
        return word().map { .word($0) }
    }

    private mutating func list() -> LooseValue? {
        var items: [LooseValue] = []
        while let byte = separated() {
            if byte == UInt8(ascii: "]") {
                _ = scanner.take()
                return .list(items)
            }
            guard let item = value() else { return nil }
            items.append(item)
        }
        return nil
    }

    private mutating func members(until end: UInt8, isMap: Bool) -> LooseValue? {
        var members: [LooseValue.Member] = []
        while let byte = separated() {
            if byte == end {
                _ = scanner.take()
                return .members(members, isMap: isMap)
            }
            guard let first = value() else { return nil }
            scanner.skipBlanks()
            guard let name = first.string, scanner.skip(":") else {
                members.append(.init(name: "", isQuoted: false, value: first))
                continue
            }
            var isQuoted = false
            if case .text = first { isQuoted = true }
            // Go writes a text that is empty as nothing at all.
            let isNothing = !isQuoted && (scanner.next == end || scanner.next == 0x20)
            guard let value = isNothing ? .word("") : value() else { return nil }
            members.append(.init(name: name, isQuoted: isQuoted, value: value))
        }
        return nil
    }

    /// The byte after blanks and commas.
    private mutating func separated() -> UInt8? {
        scanner.skipBlanks()
        while scanner.skip(",") { scanner.skipBlanks() }
        return scanner.next
    }

    /// What Go and JSON write without quotes ends at a separator or a bracket.
    private mutating func word() -> String? {
        let text = scanner.take { byte in !Self.ends.contains(byte) }
        return text.isEmpty ? nil : text
    }

    private static let ends = Array(" \t,:]}[{\"".utf8)

    /// A text in quotes, as Go and JSON escape it.
    private mutating func quoted() -> String? {
        _ = scanner.take()
        var bytes: [UInt8] = []
        while let byte = scanner.take() {
            switch byte {
            case UInt8(ascii: "\""):
                return ByteScanner.text(bytes)
            case UInt8(ascii: "\\"):
                guard let escaped = scanner.take() else { return nil }
                switch escaped {
                case UInt8(ascii: "n"): bytes.append(0x0A)
                case UInt8(ascii: "t"): bytes.append(0x09)
                case UInt8(ascii: "r"): bytes.append(0x0D)
                case UInt8(ascii: "u"): bytes += scalar(digits: 4)
                case UInt8(ascii: "x"): bytes += scalar(digits: 2)
                default: bytes.append(escaped)
                }
            default: bytes.append(byte)
            }
        }
        return nil
    }

    private mutating func scalar(digits: Int) -> [UInt8] {
        var left = digits
        let text = scanner.take { _ in
            left -= 1
            return left >= 0
        }
        guard let number = UInt32(text, radix: 16), let scalar = Unicode.Scalar(number) else {
            return Array("\u{FFFD}".utf8)
        }
        return Array(String(Character(scalar)).utf8)
    }
}
