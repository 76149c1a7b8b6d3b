// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import NUMACore

/// One column of JSON text over many rows: decoding all at once costs a tenth of decoding row by row.
struct JSONColumn<Value: Codable> {
    /// What the errors call it: `piece.shares`.
    let name: String
    private var texts: [String] = []

    init(_ name: String) { self.name = name }

    mutating func append(_ text: String) { texts.append(text) }

    /// The values in the order of the rows.
    func values() throws -> [Value] {
        let list = "[" + texts.joined(separator: ",") + "]"
        let values: [Value]
        do {
            values = try JSONDecoder().decode([Value].self, from: Data(list.utf8))
        } catch {
            throw LedgerFailure.damaged("a value of \(name) is not as it was written")
        }
        guard values.count == texts.count else {
            throw LedgerFailure.damaged(
                "\(name) has \(values.count) values in \(texts.count) rows")
        }
        return values
    }

    /// The one text of a value: without blanks, members in order of their names.
    static func text(_ value: Value) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
