// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSONWriting
import TestSupport
import Testing

/// A value of any shape, which takes each way that a value can be encoded by.
private indirect enum Tree: Encodable {
    case null
    case flag(Bool)
    case integer(Int64)
    case natural(UInt64)
    case small(Int8)
    case number(Double)
    case text(String)
    case list([Tree])
    case members([(String, Tree)])
    /// Members and elements by nested containers and encoders of their own.
    case nested([(String, Tree)])

    struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var single: any SingleValueEncodingContainer { encoder.singleValueContainer() }
        switch self {
        case .null:
            var container = single
            try container.encodeNil()
        case .flag(let value):
            var container = single
            try container.encode(value)
        case .integer(let value):
            var container = single
            try container.encode(value)
        case .natural(let value):
            var container = single
            try container.encode(value)
        case .small(let value):
            var container = single
            try container.encode(value)
        case .number(let value):
            var container = single
            try container.encode(value)
        case .text(let value):
            var container = single
            try container.encode(value)
        case .list(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements {
                if case .text(let text) = element { try container.encode(text) } else { try container.encode(element) }
            }
        case .members(let members):
            for (name, value) in members {
                // Asked for again, it is the same object.
                var container = encoder.container(keyedBy: Key.self)
                let key = Key(stringValue: name)
                switch value {
                case .null: try container.encodeNil(forKey: key)
                case .flag(let value): try container.encode(value, forKey: key)
                case .natural(let value): try container.encode(value, forKey: key)
                case .small(let value): try container.encode(value, forKey: key)
                case .text(let value): try container.encode(value, forKey: key)
                default: try container.encode(value, forKey: key)
                }
            }
            if members.isEmpty { _ = encoder.container(keyedBy: Key.self) }
        case .nested(let members):
            var container = encoder.container(keyedBy: Key.self)
            for (number, (name, value)) in members.enumerated() {
                let key = Key(stringValue: name)
                switch number % 3 {
                case 0:
                    var list = container.nestedUnkeyedContainer(forKey: key)
                    try list.encode(value)
                    try list.encodeNil()
                    var inner = list.nestedContainer(keyedBy: Key.self)
                    try inner.encode(value, forKey: Key(stringValue: "value"))
                    try list.encode(number)
                case 1:
                    var object = container.nestedContainer(keyedBy: Key.self, forKey: key)
                    try object.encode(value, forKey: Key(stringValue: "b"))
                    try object.encode(number, forKey: Key(stringValue: "a"))
                default: try value.encode(to: container.superEncoder(forKey: key))
                }
            }
        }
    }
}

extension SeededGenerator {
    fileprivate mutating func tree(_ depth: Int) -> Tree {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 7), using: &self) {
        case 0: .null
        case 1: .flag(.random(using: &self))
        case 2: .integer(.random(in: .min ... .max, using: &self))
        case 3: .natural(.random(in: 0 ... .max, using: &self))
        case 4: .small(.random(in: .min ... .max, using: &self))
        case 5: .number(Double(Int.random(in: -4000...4000, using: &self)) / 8)
        case 6: .text(word())
        case 7: .list((0..<Int.random(in: 0...4, using: &self)).map { _ in tree(depth - 1) })
        case 8: .members(members(depth - 1))
        default: .nested(members(depth - 1))
        }
    }

    private mutating func members(_ depth: Int) -> [(String, Tree)] {
        var names: Set<String> = []
        var members: [(String, Tree)] = []
        for _ in 0..<Int.random(in: 0...5, using: &self) {
            let name = word()
            if names.insert(name).inserted { members.append((name, tree(depth))) }
        }
        return members
    }

    private mutating func word() -> String {
        let parts = [
            "a", "B", "c", "z", "0", "9", "_", ".", "-", "/", "\"", "\\", "\n", "\t", "\r", "\u{8}", "\u{c}", "\u{0}",
            "\u{1f}", "\u{7f}", "\u{e9}", "\u{20ac}", "\u{1f600}",
        ]
        return (0..<Int.random(in: 0...6, using: &self)).map { _ in parts.randomElement(using: &self) ?? "" }.joined()
    }
}

@Suite("JSON on one line")
struct CompactJSONTests {
    private static func slow(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test("Law: it is what Foundation's encoder writes, byte for byte")
    func law() throws {
        for number in 0..<TestEnvironment.cases(400) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            let tree = random.tree(4)
            #expect(try CompactJSON.text(of: tree) == Self.slow(tree), "NUMA_HINTS_SEED=\(seed)")
        }
    }

    @Test("what Swift makes by itself: structures, optionals, dictionaries, enums")
    func synthesised() throws {
        struct Pod: Encodable {
            enum Kind: String, Encodable { case app }
            enum Verdict: Encodable { case admitted, refused(code: Int, [String]) }
            var name = "web"
            var kind = Kind.app
            var missing: Int?
            var there: Int? = 3
            var amounts = ["cpu": 4, "memory": 1 << 40, "Alpha": 0]
            var verdicts = [Verdict.admitted, .refused(code: 2, ["no", "space"])]
            var float: Float = 0.1
            var bytes: [UInt8] = [0, 255]
        }
        #expect(try CompactJSON.text(of: Pod()) == Self.slow(Pod()))
        #expect(try CompactJSON.text(of: [Pod(), Pod()]) == Self.slow([Pod(), Pod()]))
    }

    @Test("what is no JSON is an error")
    func refusals() {
        struct Mixed: Encodable {
            func encode(to encoder: any Encoder) throws {
                _ = encoder.unkeyedContainer()
                _ = encoder.container(keyedBy: Tree.Key.self)
            }
        }
        #expect(throws: EncodingError.self) { try CompactJSON.text(of: [Double.infinity]) }
        #expect(throws: EncodingError.self) { try CompactJSON.text(of: Double.nan) }
        #expect(throws: EncodingError.self) { try CompactJSON.text(of: [Mixed()]) }
    }
}
