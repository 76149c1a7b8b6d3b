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

    /// Takes a `KubeletConfiguration` in YAML or JSON, unchanged, or what a running kubelet says about
    /// itself at `/configz` (`kubectl get --raw /api/v1/nodes/NAME/proxy/configz`), which wraps one.
    ///
    /// Fields that placement does not depend on are ignored; those that look like a misspelt one that it
    /// does depend on are warned about.
    public static func parse(_ text: String, file: String) throws -> Located {
        try parse(SourceText(text, file: file))
    }

    /// The same, of a text that was read.
    public static func parse(_ source: SourceText) throws -> Located {
        let document = try YAMLDocuments.parseOne(source, what: "KubeletConfiguration")
        let entries =
            if let own = document["kubeletconfig"] {
                try own.entries("kubeletconfig")
            } else {
                try checkedEntries(of: document)
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

    private static func checkedEntries(of document: YAMLNode) throws -> [YAMLNode.Entry] {
        let entries = try document.entries("a KubeletConfiguration")
        for (field, right) in [
            ("kind", "KubeletConfiguration"), ("apiVersion", "kubelet.config.k8s.io/v1beta1"),
        ] {
            let found = try document[field]?.text(field)
            guard found == right else {
                throw (document[field] ?? document).error(
                    "\(field) must be \(right), found \((found ?? "nothing").clipped)")
            }
        }
        return entries
    }
}
