// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// The pods of a file, and what its author should know about them.
public struct LocatedPods: Hashable, Sendable {
    /// In the order of the file.
    public var pods: [PodSpec]
    public var warnings: [FileWarning]

    public init(pods: [PodSpec] = [], warnings: [FileWarning] = []) {
        self.pods = pods
        self.warnings = warnings
    }
}

/// Pods as people have them: Kubernetes objects in YAML or JSON, several in one file, lists of them, or
/// the workloads that make pods.
///
/// Source: https://kubernetes.io/docs/concepts/workloads/
public enum PodFile {
    /// Reads the file at a path, or standard input for `-`.
    public static func read(_ path: String) throws -> LocatedPods { try parse(SourceText.read(path)) }

    /// Reads several files, one after another.
    public static func read(_ paths: [String]) throws -> LocatedPods {
        var all = LocatedPods()
        for path in paths {
            let found = try read(path)
            all.pods += found.pods
            all.warnings += found.warnings
        }
        return all
    }

    /// The pods of a text, defaulted and checked as the API server does where placement depends on it.
    ///
    /// - Throws: an input error with the line, if something in the text is no object, is an object
    ///   that the API server would refuse, or has a kind that this does not know; or if there is no pod.
    public static func parse(_ text: String, file: String) throws -> LocatedPods {
        try parse(SourceText(text, file: file))
    }

    /// The same, of a text that was read.
    public static func parse(_ source: SourceText) throws -> LocatedPods {
        var reader = ObjectReader()
        for document in try YAMLDocuments.parse(source) { try reader.read(document) }
        guard !reader.result.pods.isEmpty else {
            throw NUMAHintsError(
                .input, "no pod in it; it must have \(PodKind.accepted)", file: source.file)
        }
        return reader.result
    }
}

/// Walks the objects of a file.
private struct ObjectReader {
    var result = LocatedPods()
    /// The uids so far, each with the line of its pod.
    private var lines: [String: Int] = [:]

    mutating func read(_ object: YAMLNode, kind listed: String? = nil, version: String? = nil) throws {
        _ = try object.entries("a Kubernetes object")
        guard let kind = try object["kind"]?.text("kind") ?? listed else {
            throw object.error("kind is missing; it must be \(PodKind.accepted)")
        }
        guard let version = try object["apiVersion"]?.text("apiVersion") ?? version else {
            throw object.error("apiVersion is missing; a \(kind.clipped) needs one, e.g. v1")
        }
        if kind == "List" || kind.hasSuffix("List") && PodKind(named: String(kind.dropLast(4))) != nil {
            let item = kind == "List" ? nil : String(kind.dropLast(4))
            for node in try object["items"]?.items("items") ?? [] {
                try read(node, kind: item, version: item == nil ? nil : version)
            }
            return
        }
        guard let known = PodKind(named: kind) else { return try skip(kind, object) }
        guard version == known.version else {
            throw (object["apiVersion"] ?? object).error(
                "apiVersion of a \(kind) must be \(known.version), found \(version.clipped)")
        }
        var pods = PodReader(kind: known, position: result.pods.count)
        let pod = try pods.pod(of: object)
        result.warnings += pods.warnings
        if let line = lines.updateValue(object.line, forKey: pod.uid) {
            throw object.error("the uid \(pod.uid) is that of the pod at line \(line) too")
        }
        result.pods.append(pod)
    }

    private mutating func skip(_ kind: String, _ object: YAMLNode) throws {
        let node = object["kind"] ?? object
        guard PodKind.withoutPods.contains(kind) else {
            let hint = NearestWord.hint(kind, among: PodKind.known.map(\.name))
            throw node.error(
                "kind \"\(kind.clipped)\" is not known here\(hint); it must be \(PodKind.accepted)")
        }
        result.warnings.append(node.warning("\(kind) left out: it has no pods"))
    }
}
