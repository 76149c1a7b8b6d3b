// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// The documents of a YAML or JSON text, within bounds that no file of a person reaches.
///
/// Kubernetes takes the same: https://kubernetes.io/docs/concepts/overview/working-with-objects/
struct YAMLDocuments {
    /// Lists and mappings inside each other, aliases written out.
    static let depthLimit = 100
    /// Values of all documents together, aliases written out; long texts count as several.
    static let valueLimit = 2_000_000

    /// A value, and what it adds to the bounds wherever an alias puts it.
    private struct Composed {
        var node: YAMLNode
        var values: Int
        var depth: Int
    }

    private let events: YAMLEvents
    private let file: String
    private var values = 0
    private var anchors: [String: Composed] = [:]

    /// The documents in order, without those that are empty.
    ///
    /// - Throws: an input error with the line where the text is no YAML, gives a key twice, nests too
    ///   deeply, or grows too much by its aliases.
    static func parse(_ source: SourceText) throws -> [YAMLNode] {
        // Bytes that no text may have are refused here too: a text need not come from a file.
        let source = try SourceText(bytes: Array(source.text.utf8), file: source.file)
        var documents = YAMLDocuments(events: YAMLEvents(source), file: source.file)
        var nodes: [YAMLNode] = []
        while true {
            switch try documents.events.next().event {
            case .streamEnd: return nodes
            case .documentStart:
                // An anchor counts within its document.
                documents.anchors = [:]
                let (event, line) = try documents.events.next()
                let root = try documents.compose(event, line: line, depth: 0)
                if !root.node.isNull { nodes.append(root.node) }
            default: continue
            }
        }
    }

    /// The one document of a text.
    static func parseOne(_ source: SourceText, what: String) throws -> YAMLNode {
        let documents = try parse(source)
        guard let first = documents.first else {
            throw NUMAHintsError(.input, "the file is empty, \(what) is needed", file: source.file)
        }
        guard documents.count == 1 else {
            throw documents[1].error("a second document; the file must be one \(what)")
        }
        return first
    }

    private init(events: YAMLEvents, file: String) {
        self.events = events
        self.file = file
    }

    private mutating func compose(_ event: YAMLEvents.Event, line: Int, depth: Int) throws -> Composed {
        let before = values
        var result = Composed(
            node: YAMLNode(content: .list([]), file: file, line: line), values: 0, depth: 0)
        var name: String?
        switch event {
        case .alias(let name): return try written(out: name, line: line, depth: depth)
        case .scalar(let text, let isPlain, let anchor):
            name = anchor
            try count(1 + text.utf8.count / 64, line: line, depth: depth)
            result.node.content = .scalar(text, isPlain: isPlain)
        case .listStart(let anchor):
            name = anchor
            try count(1, line: line, depth: depth)
            (result.node.content, result.depth) = try list(depth: depth)
        case .mappingStart(let anchor):
            name = anchor
            try count(1, line: line, depth: depth)
            (result.node.content, result.depth) = try mapping(depth: depth)
        case .streamEnd, .documentStart, .documentEnd, .listEnd, .mappingEnd:
            throw failure("not YAML: a value is missing", line)
        }
        result.values = values - before
        if let name { anchors[name] = result }
        return result
    }

    private mutating func written(out name: String, line: Int, depth: Int) throws -> Composed {
        guard let composed = anchors[name] else {
            throw failure("no anchor &\(name.clipped) before the alias *\(name.clipped)", line)
        }
        try count(composed.values, line: line, depth: depth + composed.depth)
        return composed
    }

    private mutating func count(_ more: Int, line: Int, depth: Int) throws {
        values += more
        guard values <= Self.valueLimit else {
            throw failure("more than \(Self.valueLimit) values, aliases written out", line)
        }
        guard depth <= Self.depthLimit else {
            throw failure("nested more than \(Self.depthLimit) deep, aliases written out", line)
        }
    }

    private mutating func list(depth: Int) throws -> (YAMLNode.Content, depth: Int) {
        var items: [YAMLNode] = []
        var deepest = 0
        while true {
            let (event, line) = try events.next()
            if case .listEnd = event { return (.list(items), deepest + 1) }
            let item = try compose(event, line: line, depth: depth + 1)
            items.append(item.node)
            deepest = max(deepest, item.depth)
        }
    }

    private mutating func mapping(depth: Int) throws -> (YAMLNode.Content, depth: Int) {
        var entries: [YAMLNode.Entry] = []
        var merged: [YAMLNode.Entry] = []
        var names: Set<String> = []
        var deepest = 0
        while true {
            let (event, line) = try events.next()
            if case .mappingEnd = event { break }
            let key = try compose(event, line: line, depth: depth + 1).node
            guard case .scalar(let name, let isPlain) = key.content else {
                throw failure("a key must be plain text, found \(key.shape)", line)
            }
            let (valueEvent, valueLine) = try events.next()
            let value = try compose(valueEvent, line: valueLine, depth: depth + 1)
            deepest = max(deepest, value.depth)
            if name == "<<", isPlain {
                merged += try Self.merged(value.node)
            } else if names.insert(name).inserted {
                entries.append(YAMLNode.Entry(key: name, line: line, value: value.node))
            } else {
                throw failure("the key \"\(name.clipped)\" is given twice", line)
            }
        }
        for entry in merged where names.insert(entry.key).inserted { entries.append(entry) }
        return (.mapping(entries), deepest + 1)
    }

    /// What a merge key adds: https://yaml.org/type/merge.html
    private static func merged(_ value: YAMLNode) throws -> [YAMLNode.Entry] {
        if case .list(let items) = value.content {
            return try items.flatMap { try $0.entries("<<") }
        }
        return try value.entries("<<")
    }

    private func failure(_ message: String, _ line: Int) -> NUMAHintsError {
        NUMAHintsError(.input, message, file: file, line: line)
    }
}
