// SPDX-License-Identifier: Apache-2.0

import Yams

/// Values as YAML text.
public enum YAMLText {
    /// The value as one YAML document, keys in ascending order.
    public static func of(_ value: some Encodable) throws -> String {
        let encoder = YAMLEncoder()
        encoder.options.sortKeys = true
        return try encoder.encode(value)
    }
}
