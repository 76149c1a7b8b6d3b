// SPDX-License-Identifier: Apache-2.0

/// Texts as Go programs write them: JSON of `encoding/json`, and the form of values that is hashed.
///
/// Sources: https://pkg.go.dev/encoding/json#Marshal (escaping, order of keys) and
/// https://pkg.go.dev/github.com/davecgh/go-spew/spew (the `%#v` form).
enum GoText {
    /// A JSON string, quotes included.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{08}": result += "\\b"
            case "\u{0C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{00}"..."\u{1F}": result += escape(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// A JSON object with its members in the order given.
    static func object(_ members: [(name: String, value: String)]) -> String {
        "{" + members.map { "\(quoted($0.name)):\($0.value)" }.joined(separator: ",") + "}"
    }

    /// A JSON object for a map: members in ascending order of key, byte by byte; null for nil.
    static func map(_ members: [(name: String, value: String)]?) -> String {
        members.map { object($0.sorted { precedes($0.name, $1.name) }) } ?? "null"
    }

    /// A JSON list; null for nil.
    static func list(_ items: [String]?) -> String {
        items.map { "[" + $0.joined(separator: ",") + "]" } ?? "null"
    }

    /// The printed form of a list, which is hashed.
    static func printed(_ items: [String]?) -> String {
        items.map { "[" + $0.joined(separator: " ") + "]" } ?? "<nil>"
    }

    /// The printed form of a map, keys in ascending order byte by byte.
    static func printed(_ members: [(name: String, value: String)]?) -> String {
        printed(numbered: members?.sorted { precedes($0.name, $1.name) })
    }

    /// The printed form of a map whose members stand in the order of their keys.
    static func printed(numbered members: [(name: String, value: String)]?) -> String {
        members.map { "map[" + $0.map { "\($0.name):\($0.value)" }.joined(separator: " ") + "]" } ?? "<nil>"
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// The checksum of a printed value: FNV-1a of 32 bits (RFC 9923).
    static func checksum(_ text: String) -> UInt32 {
        text.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
