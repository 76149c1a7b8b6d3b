// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// A kubelet's command line, as in a `kubelet.env`, a systemd drop-in, or a plain list of flags.
///
/// Source: https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
public struct KubeletArguments: Hashable, Sendable {
    /// The configuration that it began with, changed by the flags.
    public var configuration: KubeletConfiguration
    public var warnings: [FileWarning]
    /// What `--config` says; the file is not read.
    public var configPath: String?

    /// The flags that placement depends on, with the fields that they stand for.
    private static let fields = [
        "cpu-manager-policy": "cpuManagerPolicy",
        "cpu-manager-policy-options": "cpuManagerPolicyOptions",
        "eviction-hard": "evictionHard",
        "feature-gates": "featureGates",
        "kube-reserved": "kubeReserved",
        "memory-manager-policy": "memoryManagerPolicy",
        "reserved-cpus": "reservedSystemCPUs",
        "reserved-memory": "reservedMemory",
        "system-reserved": "systemReserved",
        "topology-manager-policy": "topologyManagerPolicy",
        "topology-manager-policy-options": "topologyManagerPolicyOptions",
        "topology-manager-scope": "topologyManagerScope",
    ]

    /// Reads the file at a path, or standard input for `-`.
    ///
    /// - Parameter base: the configuration that the flags change: they win over its fields.
    public static func read(
        _ path: String, over base: KubeletConfiguration = KubeletConfiguration()
    ) throws -> KubeletArguments {
        try parse(SourceText.read(path), over: base)
    }

    /// Takes flags from a text: `--flag=value` or `--flag value`, in lines or not, as values of
    /// variables or not. Flags that placement does not depend on are ignored.
    public static func parse(
        _ text: String, file: String, over base: KubeletConfiguration = KubeletConfiguration()
    ) throws -> KubeletArguments {
        try parse(SourceText(text, file: file), over: base)
    }

    /// The same, of a text that was read.
    public static func parse(
        _ source: SourceText, over base: KubeletConfiguration = KubeletConfiguration()
    ) throws -> KubeletArguments {
        let source = try SourceText(bytes: Array(source.text.utf8), file: source.file)
        let flags = try KubeletFlag.all(in: source)
        guard !flags.isEmpty else {
            throw NUMAHintsError(
                .input, "no flag of a kubelet in it, e.g. --cpu-manager-policy=static",
                file: source.file)
        }
        var fields = KubeletFields(file: source.file, base: base)
        try apply(flags, to: &fields, file: source.file)
        return KubeletArguments(
            configuration: fields.finished(), warnings: fields.warnings,
            configPath: flags.last { $0.name == "config" }?.value)
    }

    private static func apply(_ flags: [KubeletFlag], to fields: inout KubeletFields, file: String) throws {
        var reservations: [YAMLNode] = []
        for flag in flags {
            guard let field = Self.fields[flag.name] else {
                if let known = NearestWord.to(flag.name, among: Self.fields.keys.sorted()) {
                    fields.warnings.append(
                        FileWarning(
                            "--\(flag.name.clipped) is ignored, did you mean --\(known)?",
                            file: file, line: flag.line))
                }
                continue
            }
            let node = try flag.node(for: field, file: file)
            if field == "reservedMemory" {
                reservations.append(node)
            } else {
                try fields.read(field, node, line: flag.line)
            }
        }
        // Given several times, --reserved-memory adds up; the other flags replace.
        if let last = reservations.last {
            let items = try reservations.flatMap { try $0.items("--reserved-memory") }
            let all = YAMLNode(content: .list(items), file: file, line: last.line)
            try fields.read("reservedMemory", all, line: last.line)
        }
    }
}
