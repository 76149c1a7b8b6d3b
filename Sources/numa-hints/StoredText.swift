// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import JSONWriting
import Presentation

/// Values as the JSON text that a ledger keeps.
enum StoredText {
    /// What is stored is text and whole numbers, which can always be written.
    static func of(_ value: some Encodable) -> String {
        (try? CompactJSON.text(of: value)) ?? "{}"
    }

    /// The value that a stored text is; nil if it is no JSON.
    static func read(_ text: String) -> StoredValue? {
        try? JSONDecoder().decode(StoredValue.self, from: Data(text.utf8))
    }
}
