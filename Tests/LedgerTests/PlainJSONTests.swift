// SPDX-License-Identifier: Apache-2.0

import Foundation
@testable import Ledger
import TestSupport
import Testing

@Suite("JSON in columns")
struct PlainJSONTests {
    /// What a row has of a value.
    private func text(of value: some PlainJSONValue) -> String {
        var row = RowValues()
        row.add(json: value)
        return String(decoding: row.texts, as: UTF8.self)
    }

    @Test("Law: what is written is what Foundation writes, is read again, and never otherwise than Foundation does")
    func law() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let parts = [
            "a", "\"", "\\", "\n", "\t", "\r", "\u{8}", "\u{c}", "/", "\u{1}", "\u{e9}", "\u{1f600}", "]", ",",
        ]
        for number in 0..<TestEnvironment.cases(500) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            func count() -> Int { Int.random(in: 0...3, using: &random) }
            func word() -> String { (0..<count()).map { _ in parts.randomElement(using: &random) ?? "" }.joined() }
            let words = (0..<count()).map { _ in (0..<count()).map { _ in word() } }
            let column = JSONColumn<[[String]]>("words")
            let text = self.text(of: words)
            #expect(text == String(decoding: try encoder.encode(words), as: UTF8.self), "NUMA_HINTS_SEED=\(seed)")
            let members = Dictionary(words.joined().map { ($0, [UInt64($0.utf8.count)]) }) { first, _ in first }
            #expect(
                self.text(of: members)
                    == String(decoding: try encoder.encode(members), as: UTF8.self),
                "NUMA_HINTS_SEED=\(seed)")
            #expect(try column.value(of: text) == words, "NUMA_HINTS_SEED=\(seed)")
            // Changed anywhere, the quick way says what the slow one says, or nothing.
            var damaged = Array(text.utf8)
            damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0x20...0x7e, using: &random)
            let changed = String(decoding: damaged, as: UTF8.self)
            if let quick: [[String]] = PlainJSON.value(of: changed) {
                let slow = try? JSONDecoder().decode([[String]].self, from: Data(changed.utf8))
                #expect(quick == slow, "\(changed), NUMA_HINTS_SEED=\(seed)")
            }
        }
    }

    @Test("numbers, to the largest, and members")
    func numbers() {
        let largest = "{\"cpu\":18446744073709551615,\"memory\":0}"
        #expect(PlainJSON.value(of: largest) == ["cpu": UInt64.max, "memory": 0])
        #expect(text(of: ["memory": UInt64(0), "cpu": .max]) == largest)
        for bad in ["", "{", "[", "{\"a\":18446744073709551616}", "{\"a\":-1}", "{\"a\":1,}", "{\"a\":1}}", "{\"a\"1}"]
        {
            let value: [String: UInt64]? = PlainJSON.value(of: bad)
            #expect(value == nil, "\(bad)")
        }
    }
}
