// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import JSONWriting
import NUMACore

/// A column of JSON text.
struct JSONColumn<Value: Decodable & PlainJSONValue> {
    /// What the errors call it: `piece.shares`.
    let name: String

    init(_ name: String) { self.name = name }

    func value(of text: String) throws -> Value {
        if let value: Value = PlainJSON.value(of: text) { return value }
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw LedgerFailure.damaged("a value of \(name) is not as it was written")
        }
    }
}
