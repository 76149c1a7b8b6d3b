// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

extension KubeletConfiguration {
    /// A configuration as it was read, and what its author should know about it.
    public struct Located: Hashable, Sendable {
        public var configuration: KubeletConfiguration
        /// What was written oddly. What a kubelet would not start with is another matter:
        /// ``KubeletConfiguration/startWarnings(memoryCapacity:)``.
        public var warnings: [FileWarning]
    }

    /// Reads the file at a path, or standard input for `-`.
    public static func read(_ path: String) throws -> Located { try parse(SourceText.read(path)) }

    /// Takes a `KubeletConfiguration` in YAML or JSON, unchanged. Fields that placement does not depend
    /// on are ignored; those that look like a misspelt one that it does depend on are warned about.
    public static func parse(_ text: String, file: String) throws -> Located {
        try parse(SourceText(text, file: file))
    }

    public static func parse(_ source: SourceText) throws -> Located {
        let document = try YAMLDocuments.parseOne(source, what: "KubeletConfiguration")
        let entries = try document.entries("a KubeletConfiguration")
        let kind = try document["kind"]?.text("kind")
        guard kind == "KubeletConfiguration" else {
            throw (document["kind"] ?? document).error(
                "kind must be KubeletConfiguration, found \((kind ?? "nothing").clipped)")
        }
        let version = try document["apiVersion"]?.text("apiVersion")
        guard version == "kubelet.config.k8s.io/v1beta1" else {
            throw (document["apiVersion"] ?? document).error(
                "apiVersion must be kubelet.config.k8s.io/v1beta1, found \((version ?? "nothing").clipped)")
        }
        var fields = KubeletFields(file: source.file)
        for entry in entries {
            if KubeletFields.names.contains(entry.key) {
                try fields.read(entry.key, entry.value, line: entry.line)
            } else if let known = NearestWord.to(entry.key, among: KubeletFields.names) {
                fields.warnings.append(
                    FileWarning(
                        "\(entry.key.clipped) is ignored, did you mean \(known)?", file: source.file,
                        line: entry.line))
            }
        }
        return Located(configuration: fields.finished(), warnings: fields.warnings)
    }
}
