// SPDX-License-Identifier: Apache-2.0

internal import NUMACore
internal import Yams

/// The documents of a YAML or JSON text, within bounds that no file of a person reaches.
///
/// Kubernetes takes the same: https://kubernetes.io/docs/concepts/overview/working-with-objects/
struct YAMLDocuments {
    /// Lists and mappings inside each other.
    static let depthLimit = 100
    /// Values of all documents together, aliases counted as what they stand for.
    static let valueLimit = 2_000_000

    private let file: String
    private var values = 0

    /// The documents in order, without those that are empty.
    ///
    /// - Throws: an input error with the line where the text is no YAML, gives a key twice, nests too
    ///   deeply, or grows too much by its aliases.
    static func parse(_ source: SourceText) throws -> [YAMLNode] {
        // Bytes that no text may have are refused here too: a text need not come from a file.
        let source = try SourceText(bytes: Array(source.text.utf8), file: source.file)
        try checkAliases(of: source)
        var documents = YAMLDocuments(file: source.file)
        do {
            let parser = try Parser(yaml: source.text, resolver: .basic, encoding: .utf8)
            var nodes: [YAMLNode] = []
            while let root = try parser.nextRoot() {
                let node = try documents.convert(root, depth: 0, line: 1)
                if !node.isNull { nodes.append(node) }
            }
            return nodes
        } catch let error as YamlError {
            throw documents.translated(error)
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

    private init(file: String) { self.file = file }

    private static func checkAliases(of source: SourceText) throws {
        let bounds = AliasBounds(source.text)
        guard bounds.hasAliases else { return }
        if let line = bounds.collectionKeyLine {
            throw NUMAHintsError(
                .input, "a key must be plain text in a file that has aliases", file: source.file, line: line)
        }
        guard bounds.expandedDepth <= 20_000 else {
            throw NUMAHintsError(
                .input, "too many anchors and aliases; write out what they stand for",
                file: source.file, line: bounds.firstAliasLine)
        }
    }

    private mutating func convert(_ node: Node, depth: Int, line: Int) throws -> YAMLNode {
        let line = node.mark?.line ?? line
        values += 1
        guard values <= Self.valueLimit else {
            throw failure("more than \(Self.valueLimit) values, aliases written out", line)
        }
        guard depth <= Self.depthLimit else {
            throw failure("nested more than \(Self.depthLimit) deep", line)
        }
        let content: YAMLNode.Content
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain && scalar.tag.description.isEmpty
            content = .scalar(scalar.string, isPlain: isPlain)
        case .sequence(let sequence):
            content = .list(try sequence.map { try convert($0, depth: depth + 1, line: line) })
        case .mapping(let mapping):
            content = .mapping(try entries(of: mapping, depth: depth, line: line))
        case .alias:
            throw failure("an alias that stands for nothing", line)
        }
        return YAMLNode(content: content, file: file, line: line)
    }

    private mutating func entries(
        of mapping: Node.Mapping, depth: Int, line: Int
    ) throws -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var merged: [YAMLNode.Entry] = []
        var names: Set<String> = []
        for (key, value) in mapping {
            guard case .scalar(let name) = key else {
                throw failure("a key must be plain text", key.mark?.line ?? line)
            }
            let keyLine = name.mark?.line ?? line
            let value = try convert(value, depth: depth + 1, line: keyLine)
            if name.string == "<<", name.style == .plain {
                merged += try Self.merged(value)
            } else if names.insert(name.string).inserted {
                entries.append(YAMLNode.Entry(key: name.string, line: keyLine, value: value))
            } else {
                throw failure("the key \"\(name.string.clipped)\" is given twice", keyLine)
            }
        }
        for entry in merged where names.insert(entry.key).inserted { entries.append(entry) }
        return entries
    }

    /// What a merge key adds: https://yaml.org/type/merge.html
    private static func merged(_ value: YAMLNode) throws -> [YAMLNode.Entry] {
        if case .list(let items) = value.content {
            return try items.flatMap { try $0.entries("<<") }
        }
        return try value.entries("<<")
    }

    private func failure(_ message: String, _ line: Int?) -> NUMAHintsError {
        NUMAHintsError(.input, message, file: file, line: line)
    }

    private func translated(_ error: YamlError) -> NUMAHintsError {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let place = context.map { "\($0.text) (line \($0.mark.line)): " } ?? ""
            return failure("not YAML: \(place)\(problem)", mark.line)
        case .reader(let problem, let offset, _, let yaml):
            let line = offset.map { 1 + yaml.prefix($0).count(where: \.isNewline) }
            return failure("not YAML: \(problem)", line)
        case .duplicatedKeysInMapping(let names, let context):
            let name = names.min() ?? ""
            return failure("the key \"\(name.clipped)\" is given twice", context.mark.line)
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return failure("not YAML", nil)
        }
    }
}
