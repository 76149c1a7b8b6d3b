// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// A value of a YAML or JSON document that knows its line.
struct YAMLNode {
    indirect enum Content {
        /// `isPlain`: written without quotes and without a tag, so that its type follows from the text.
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case mapping([Entry])
    }

    struct Entry {
        var key: String
        var line: Int
        var value: YAMLNode
    }

    var content: Content
    var file: String
    var line: Int

    /// An error that points here.
    func error(_ message: String) -> NUMAHintsError {
        NUMAHintsError(.input, message, file: file, line: line)
    }

    func warning(_ text: String) -> FileWarning { FileWarning(text, file: file, line: line) }

    /// Nothing, `~` or `null`: what Kubernetes takes like a field that is not there.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What this is, for messages.
    var shape: String {
        switch content {
        case .scalar(let text, _): isNull ? "nothing" : "\"\(text.clipped)\""
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The entries of a mapping; none for null.
    ///
    /// - Parameters:
    ///   - name: what this is, for the message if it is something else.
    ///   - limit: more entries than anybody needs, where each costs time that grows with their number.
    func entries(_ name: String, limit: Int = .max) throws -> [Entry] {
        if isNull { return [] }
        guard case .mapping(let entries) = content else {
            throw error("\(name) must be a mapping, found \(shape)")
        }
        guard entries.count <= limit else {
            throw error("\(name) has \(entries.count) entries, may have \(limit)")
        }
        return entries
    }

    /// The items of a list; none for null.
    func items(_ name: String, limit: Int = .max) throws -> [YAMLNode] {
        if isNull { return [] }
        guard case .list(let items) = content else {
            throw error("\(name) must be a list, found \(shape)")
        }
        guard items.count <= limit else { throw error("\(name) has \(items.count) items, may have \(limit)") }
        return items
    }

    /// The text of a scalar, whatever its type; nil for null.
    func text(_ name: String) throws -> String? {
        if isNull { return nil }
        guard case .scalar(let text, _) = content else {
            throw error("\(name) must be a text, found \(shape)")
        }
        return text
    }

    /// A number in decimal digits, quoted or not.
    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int {
        guard case .scalar(let text, _) = content, let value = Int(text), range.contains(value) else {
            let bounds = range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range)"
            throw error("\(name) must be a whole number, \(bounds), found \(shape)")
        }
        return value
    }

    /// The value of a key, if this is a mapping that has it and it is not null.
    subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = content,
            let value = entries.first(where: { $0.key == key })?.value, !value.isNull
        else { return nil }
        return value
    }
}

extension String {
    /// At most 60 characters on one line, for messages: what would move the cursor of a terminal, or turn
    /// the direction of its text, becomes a blank.
    var clipped: String {
        var line = ""
        for scalar in unicodeScalars.prefix(60) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: line += " "
            default: line.unicodeScalars.append(scalar)
            }
        }
        return unicodeScalars.count > 60 ? line + "..." : line
    }
}
