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

    /// What a stored text says; nil if it is nothing that this version knows.
    static func read(_ text: String) -> StoredNote? {
        try? JSONDecoder().decode(StoredNote.self, from: Data(text.utf8))
    }
}
