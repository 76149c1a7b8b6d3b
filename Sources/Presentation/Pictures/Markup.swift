// SPDX-License-Identifier: Apache-2.0

/// HTML or SVG as a value: whatever words are put into it stay words.
///
/// Names of elements and attributes are literals of this program. Words and values are escaped when they are written,
/// so that nothing that a file says can become an element, an attribute or a script. What is written is well-formed
/// XML too.
struct Markup: Sendable {
    private indirect enum Piece: Sendable {
        case words(String)
        /// Text of this program, written as it is.
        case fixed(StaticString)
        case element(StaticString, [(name: StaticString, value: String)], [Markup])
    }

    private let piece: Piece

    /// An element with others in it.
    init(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ inner: [Markup] = []) {
        piece = .element(name, attributes.map { ($0.key, $0.value) }, inner)
    }

    /// An element with words in it.
    init(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ words: String) {
        self.init(name, attributes, [Markup(words: words)])
    }

    /// Words alone.
    init(words: String) { piece = .words(words) }

    /// Text of this program that is markup, or a style sheet, already.
    init(fixed text: StaticString) { piece = .fixed(text) }

    /// Adds it to the end of a text.
    func write(to text: inout String) {
        switch piece {
        case .words(let words): Self.escape(words, to: &text)
        case .fixed(let fixed): text += "\(fixed)"
        case .element(let name, let attributes, let inner):
            let name = "\(name)"
            text += "<" + name
            for attribute in attributes {
                text += " \(attribute.name)=\""
                Self.escape(attribute.value, to: &text)
                text += "\""
            }
            if inner.isEmpty, Self.isEmpty(name) {
                text += "/>"
            } else {
                text += ">"
                for one in inner { one.write(to: &text) }
                text += "</" + name + ">"
            }
            if Self.endsLine(name) { text += "\n" }
        }
    }

    /// Whether an element never has anything in it.
    private static func isEmpty(_ name: String) -> Bool {
        ["br", "meta", "path", "rect"].contains(name)
    }

    /// Whether what comes after it may stand on a line of its own, which makes pages easy to compare.
    private static func endsLine(_ name: String) -> Bool {
        [
            "article", "body", "dd", "desc", "details", "div", "footer", "g", "h1", "h2", "h3", "head", "header", "li",
            "main", "meta", "nav", "ol", "p", "path", "rect", "section", "style", "summary", "svg", "table", "tbody",
            "text", "thead", "title", "tr", "ul",
        ].contains(name)
    }

    /// Words as they can stand in a text or a value.
    static func escaped(_ words: String) -> String {
        var text = ""
        escape(words, to: &text)
        return text
    }

    /// What would end a text or a value becomes an entity; what cannot stand in XML, moves the cursor or turns the
    /// direction of text becomes a replacement character.
    static func escape(_ words: String, to text: inout String) {
        for scalar in words.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.unicodeScalars.append(isFit(scalar) ? scalar : "\u{fffd}")
            }
        }
    }

    private static func isFit(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7f }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: return false
        default: return true
        }
    }
}
