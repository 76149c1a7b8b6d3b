// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What the process was told by its environment: read here, and handed on as arguments.
enum Environment {
    /// Those of the variables that are set, and not empty.
    static func values(_ names: [String]) -> [String: String] {
        var values: [String: String] = [:]
        for name in names { values[name] = value(name) }
        return values
    }

    /// The value of a variable; nil if it is not set, or empty.
    static func value(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}
