// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Presentation

/// Values as the JSON text that a ledger keeps.
enum StoredText {
    /// One line, keys in ascending order.
    static func of(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// The value that a stored text is; nil if it is no JSON.
    static func read(_ text: String) -> StoredValue? {
        try? JSONDecoder().decode(StoredValue.self, from: Data(text.utf8))
    }
}
