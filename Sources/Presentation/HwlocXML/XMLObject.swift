// SPDX-License-Identifier: Apache-2.0

/// An element of an hwloc XML, written as hwloc itself writes: its own reader takes nothing else.
struct XMLObject {
    var name = "object"
    var attributes: [(name: String, value: String)]
    var inner: [XMLObject] = []
    var words = ""

    /// Adds it as lines.
    func write(to text: inout String, depth: Int = 1) {
        let indent = String(repeating: "  ", count: depth)
        text += "\(indent)<\(name)"
        for attribute in attributes {
            text += " \(attribute.name)=\""
            Markup.escape(attribute.value, to: &text)
            text += "\""
        }
        if !words.isEmpty {
            text += ">\(words)</\(name)>\n"
        } else if inner.isEmpty {
            text += "/>\n"
        } else {
            text += ">\n"
            for one in inner { one.write(to: &text, depth: depth + 1) }
            text += "\(indent)</\(name)>\n"
        }
    }
}
