// SPDX-License-Identifier: Apache-2.0

/// JSON from YAML, typed by the core schema of YAML 1.2: https://yaml.org/spec/1.2.2/#103-core-schema
extension YAMLNode {
    /// This value as compact JSON: keys in ascending order of their bytes, numbers digit by digit as
    /// they are written, everything that is no null, boolean or number as a string.
    ///
    /// - Throws: an input error for numbers that JSON cannot say: `.inf`, `.nan`.
    func json() throws -> String {
        switch content {
        case .list(let items):
            return try "[" + items.map { try $0.json() }.joined(separator: ",") + "]"
        case .mapping(let entries):
            let sorted = entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            let pairs = try sorted.map { try Self.jsonString($0.key) + ":" + $0.value.json() }
            return "{" + pairs.joined(separator: ",") + "}"
        case .scalar(let text, let isPlain):
            return isPlain ? try jsonScalar(text) : Self.jsonString(text)
        }
    }

    /// A JSON string with what JSON must escape escaped.
    static func jsonString(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\0"..."\u{1F}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private func jsonScalar(_ text: String) throws -> String {
        switch text {
        case "", "~", "null", "Null", "NULL": return "null"
        case "true", "True", "TRUE": return "true"
        case "false", "False", "FALSE": return "false"
        default: break
        }
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(unsigned) {
            throw error("\(text) is no number that JSON knows")
        }
        for (prefix, radix) in [("0x", 16), ("0o", 8)] where text.hasPrefix(prefix) {
            let digits = text.dropFirst(2)
            guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.hexDigitValue ?? 99 < radix }) else {
                return Self.jsonString(text)
            }
            guard let value = UInt64(digits, radix: radix) else {
                throw error("\(text.clipped) is larger than 64 bits")
            }
            return "\(value)"
        }
        guard let number = Self.jsonNumber(unsigned.utf8) else { return Self.jsonString(text) }
        return (text.hasPrefix("-") ? "-" : "") + number
    }

    /// The JSON spelling of a decimal number without a sign, or nil.
    private static func jsonNumber(_ text: Substring.UTF8View) -> String? {
        func digits(_ text: Substring.UTF8View) -> Substring.UTF8View {
            text.prefix { (0x30...0x39).contains($0) }
        }
        let whole = digits(text)
        var rest = text[whole.endIndex...]
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            fraction = digits(rest.dropFirst())
            rest = rest[fraction.endIndex...]
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        var exponent = ""
        if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
            let signed = rest.dropFirst()
            let hasSign = signed.first == UInt8(ascii: "-") || signed.first == UInt8(ascii: "+")
            let power = digits(hasSign ? signed.dropFirst() : signed)
            guard !power.isEmpty else { return nil }
            exponent = String(Substring(rest[..<power.endIndex]))
            rest = rest[power.endIndex...]
        }
        guard rest.isEmpty else { return nil }
        let significant = Substring(whole).drop { $0 == "0" }
        return (significant.isEmpty ? "0" : String(significant))
            + (fraction.isEmpty ? "" : "." + String(Substring(fraction))) + exponent
    }
}
