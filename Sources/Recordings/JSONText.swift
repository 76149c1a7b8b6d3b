// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// A JSON value to be written: compact, members in the order in which they are given.
public indirect enum JSONText: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public var name: String
        public var value: JSONText
    }

    case null
    case bool(Bool)
    case number(UInt64)
    case string(String)
    case array([JSONText])
    case members([Member])

    public static func object(_ members: [(String, JSONText)]) -> JSONText {
        .members(members.map { Member(name: $0.0, value: $0.1) })
    }

    /// One line.
    public var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let value): text += String(value)
        case .string(let value): text += Self.quoted(value)
        case .array(let values):
            text += "["
            for (place, value) in values.enumerated() {
                if place > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .members(let members):
            text += "{"
            for (place, member) in members.enumerated() {
                if place > 0 { text += "," }
                text += Self.quoted(member.name) + ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        if isPlain { return "\"\(text)\"" }
        return (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
