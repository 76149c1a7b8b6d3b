// SPDX-License-Identifier: Apache-2.0

/// Reads what strace(1) writes with `-f -y -xx` and `-o`.
struct TraceReader {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// All calls in the order in which they began.
    static func calls(_ trace: [UInt8]) throws -> [TracedCall] {
        var calls: [TracedCall] = []
        /// What is written in two parts, since another thread came in between.
        var open: [Int: (index: Int, text: [UInt8])] = [:]
        for line in trace.split(separator: UInt8(ascii: "\n")) {
            guard let space = line.firstIndex(of: UInt8(ascii: " ")),
                let thread = Int(String(decoding: line[..<space], as: UTF8.self))
            else { throw failure(line) }
            var text = Array(line[space...].drop { $0 == UInt8(ascii: " ") })
            guard let first = text.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { continue }
            if let cut = Self.range(of: " <unfinished ...>", in: text) {
                open[thread] = (calls.count, Array(text[..<cut.lowerBound]))
                calls.append(TracedCall(thread: thread, name: "", arguments: []))
                continue
            }
            var index = calls.count
            if text.starts(with: Array("<... ".utf8)) {
                guard let part = open.removeValue(forKey: thread), let cut = Self.range(of: " resumed>", in: text)
                else { throw failure(line) }
                text = part.text + text[cut.upperBound...]
                index = part.index
            } else {
                calls.append(TracedCall(thread: thread, name: "", arguments: []))
            }
            var reader = TraceReader(text)
            calls[index] = try reader.call(thread)
        }
        for (thread, part) in open {
            var reader = TraceReader(part.text + Array(") = ?".utf8))
            calls[part.index] = try reader.call(thread)
        }
        return calls
    }

    private let text: [UInt8]
    private var place = 0

    private init(_ text: [UInt8]) { self.text = text }

    private mutating func call(_ thread: Int) throws -> TracedCall {
        let name = String(decoding: taken { $0 != UInt8(ascii: "(") }, as: UTF8.self)
        place += 1
        var arguments: [TracedCall.Argument] = []
        while let byte = next, byte != UInt8(ascii: ")") {
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ") {
                place += 1
            } else {
                arguments.append(try argument())
            }
        }
        place += 1
        _ = taken { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "=") }
        let result = Int64(
            String(decoding: taken { $0 == UInt8(ascii: "-") || Self.isDigit($0) }, as: UTF8.self))
        return TracedCall(thread: thread, name: name, arguments: arguments, result: result)
    }

    private mutating func argument() throws -> TracedCall.Argument {
        if next == UInt8(ascii: "\"") {
            place += 1
            let bytes = try unescaped(until: UInt8(ascii: "\""))
            guard next != UInt8(ascii: ".") else { throw Self.failure(text[...]) }
            return .text(bytes)
        }
        var depth = 0
        let start = place
        while let byte = next {
            switch byte {
            case UInt8(ascii: "<"):
                let number = Int(String(decoding: text[start..<place], as: UTF8.self)) ?? -1
                place += 1
                let path = String(decoding: try unescaped(until: UInt8(ascii: ">")), as: UTF8.self)
                guard text[place...].starts(with: Array("(deleted)".utf8)) else { return .file(number, path) }
                place += "(deleted)".utf8.count
                return .file(number, path + " (deleted)")
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ")") where depth > 0: depth -= 1
            case UInt8(ascii: ","), UInt8(ascii: ")"):
                if depth == 0 { return .word(String(decoding: text[start..<place], as: UTF8.self)) }
            default: break
            }
            place += 1
        }
        return .word(String(decoding: text[start...], as: UTF8.self))
    }

    /// Text as -xx writes it: each byte as \xNN.
    private mutating func unescaped(until end: UInt8) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let byte = next, byte != end {
            if byte == UInt8(ascii: "\\"), place + 3 < text.count {
                guard let high = Self.digit(text[place + 2]), let low = Self.digit(text[place + 3]) else {
                    throw Self.failure(text[...])
                }
                bytes.append(high << 4 | low)
                place += 4
            } else {
                bytes.append(byte)
                place += 1
            }
        }
        guard next == end else { throw Self.failure(text[...]) }
        place += 1
        return bytes
    }

    private var next: UInt8? { place < text.count ? text[place] : nil }

    private mutating func taken(_ isWanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = place
        while let byte = next, isWanted(byte) { place += 1 }
        return text[start..<place]
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private static func range(of word: String, in text: [UInt8]) -> Range<Int>? {
        let word = Array(word.utf8)
        // Long lines carry data, whose escapes never have a '<'.
        var index = text.startIndex
        while let found = text[index...].firstIndex(of: word.first(where: { $0 != 32 }) ?? 0) {
            let start = found - (word.first == 32 ? 1 : 0)
            if start >= 0, text[start...].starts(with: word) { return start..<start + word.count }
            index = found + 1
        }
        return nil
    }

    private static func failure(_ line: ArraySlice<UInt8>) -> Failure {
        Failure(
            description: "a line of the trace is not understood: \(String(decoding: line.prefix(300), as: UTF8.self))")
    }
}
