// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import NUMACore

/// What is wrong with JSON, in one line.
enum JSONProblem {
    /// The error of a decoder, or one of ours, as one of ours.
    ///
    /// - Parameter text: what was to be decoded.
    static func error(_ error: any Error, in text: Data, file: String? = nil) -> NUMAHintsError {
        if var known = error as? NUMAHintsError {
            known.file = known.file ?? file
            return known
        }
        var words = (error as? DecodingError).map(message) ?? Self.noObject
        if words == Self.noObject, let number = OddNumber.first(in: text) { words = "\(number)" }
        return NUMAHintsError(.input, words, file: file)
    }

    private static let noObject = "not a JSON object"

    /// A step of a path: `.numaNodes`, `[1]`.
    static func step(_ key: any CodingKey) -> String { key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }

    private static func message(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map(step).joined().drop { $0 == "." }
            return path.isEmpty ? "the line" : String(path)
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "\(place(context)): \"\(key.stringValue)\" is missing"
        case .typeMismatch(let type, let context):
            return "\(place(context)): expected \(word(for: type))"
        case .valueNotFound(let type, let context):
            return "\(place(context)): null, expected \(word(for: type))"
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            return noObject
        case .dataCorrupted(let context):
            return "\(place(context)): a number that cannot be, expected a whole number"
        @unknown default:
            return noObject
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
