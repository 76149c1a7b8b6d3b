// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text, fit for a terminal: files may hold any, and what would move the cursor, or turn the direction of text,
    /// becomes a blank.
    var onOneLine: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
