// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// What is wrong with JSON, in one line.
enum JSONProblem {
    /// The error of a decoder, or one of ours, as one of ours.
    static func error(_ error: any Error, file: String? = nil) -> NUMAHintsError {
        if var known = error as? NUMAHintsError {
            known.file = known.file ?? file
            return known
        }
        let text = (error as? DecodingError).map(message) ?? "not a JSON object"
        return NUMAHintsError(.input, text, file: file)
    }

    private static func message(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            var path = ""
            for key in context.codingPath {
                if let index = key.intValue {
                    path += "[\(index)]"
                } else {
                    path += (path.isEmpty ? "" : ".") + key.stringValue
                }
            }
            return path.isEmpty ? "the line" : path
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "\(place(context)): \"\(key.stringValue)\" is missing"
        case .typeMismatch(let type, let context):
            return "\(place(context)): expected \(word(for: type))"
        case .valueNotFound(let type, let context):
            return "\(place(context)): null, expected \(word(for: type))"
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            return "not a JSON object"
        case .dataCorrupted(let context):
            return "\(place(context)): a number that cannot be, expected a whole number"
        @unknown default:
            return "not a JSON object"
        }
    }

    private static func word(for type: any Any.Type) -> String {
        switch "\(type)" {
        case "String": "a string"
        case "Bool": "true or false"
        case "Int", "UInt64": "a whole number"
        case let name where name.hasPrefix("Array"): "a list"
        default: "an object"
        }
    }
}
