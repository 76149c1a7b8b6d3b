// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

extension NUMAHintsConfiguration {
    /// Reads the file at a path, or standard input for `-`.
    public static func read(_ path: String) throws -> NUMAHintsConfiguration {
        try parse(SourceText.read(path))
    }

    /// Takes a `numa-hints.yaml`. It is ours, so that nothing in it may be unknown.
    public static func parse(_ text: String, file: String) throws -> NUMAHintsConfiguration {
        try parse(SourceText(text, file: file))
    }

    /// The same, of a text that was read.
    public static func parse(_ source: SourceText) throws -> NUMAHintsConfiguration {
        let document = try YAMLDocuments.parseOne(source, what: "mapping with apiVersion numa-hints/v1")
        try document.checkKeys(
            ["apiVersion", "changedMachine", "providerPath", "providers", "topology"] + runningKeys,
            of: "numa-hints.yaml")
        let version = try document["apiVersion"]?.text("apiVersion")
        guard version == "numa-hints/v1" else {
            throw (document["apiVersion"] ?? document).error(
                "apiVersion must be numa-hints/v1, found \((version ?? "nothing").clipped)")
        }
        var result = NUMAHintsConfiguration()
        if let topology = document["topology"] {
            try topology.checkKeys(["policy", "scope"], of: "topology")
            result.policy = try topology["policy"]?.word(
                "policy", among: ["none", "best-effort", "restricted", "single-numa-node"])
            result.scope = try topology["scope"]?.word("scope", among: ["container", "pod"])
        }
        result.changedMachine = try document["changedMachine"]?.word(
            "changedMachine", among: ["keep", "release", "refuse"])
        result.providerPath = try (document["providerPath"]?.items("providerPath") ?? []).map {
            try $0.word("a folder of providerPath").completed(byFolderOf: $0.file)
        }
        result.running = try running(document)
        for node in try document["providers"]?.items("providers", limit: 1000) ?? [] {
            let provider = try provider(node)
            for (field, own, others) in [
                ("id", provider.id, result.providers.map(\.id)),
                ("path", provider.path, result.providers.map(\.path)),
            ] {
                guard let own, let twin = others.firstIndex(of: own) else { continue }
                throw node.error(
                    "the \(field) \"\(own.clipped)\" is that of the provider at line "
                        + "\(result.providers[twin].line) too")
            }
            result.providers.append(provider)
        }
        return result
    }

    private static let runningKeys = ["deadline", "isolation", "memory-limit", "on-failure", "system-calls", "user"]

    private static func running(_ node: YAMLNode) throws -> Running {
        var result = Running()
        if let text = try node["isolation"]?.word("isolation", among: Isolation.allCases.map(\.rawValue)) {
            result.isolation = Isolation(rawValue: text)
        }
        if let text = try node["on-failure"]?.word("on-failure", among: FailureHandling.allCases.map(\.rawValue)) {
            result.onFailure = FailureHandling(rawValue: text)
        }
        if let text = try node["system-calls"]?.word("system-calls", among: SystemCalls.allCases.map(\.rawValue)) {
            result.systemCalls = SystemCalls(rawValue: text)
        }
        result.user = try node["user"]?.word("user")
        if let deadline = node["deadline"] { result.deadline = try deadline.duration("deadline") }
        if let limit = node["memory-limit"] { result.memoryLimit = try limit.bytes("memory-limit") }
        return result
    }

    private static func provider(_ node: YAMLNode) throws -> Provider {
        try node.checkKeys(["id", "path", "settings"] + runningKeys, of: "a provider")
        var result = Provider(file: node.file, line: node.line)
        result.path = try node["path"]?.word("path").completed(byFolderOf: node.file)
        result.id = try node["id"]?.word("id")
        guard result.path != nil || result.id != nil else {
            throw node.error("a provider needs a path, an id, or both")
        }
        result.running = try running(node)
        if let settings = node["settings"] {
            _ = try settings.entries("settings")
            result.settings = try settings.json()
            // A block mapping begins with its first key.
            result.settingsLine = settings.line
        }
        return result
    }
}

extension String {
    /// A relative path taken from the folder in which a file is.
    fileprivate func completed(byFolderOf file: String) -> String {
        guard !hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return self }
        return file[...slash] + self
    }
}

extension YAMLNode {
    /// Refuses keys that are not among the known ones, naming the nearest.
    fileprivate func checkKeys(_ known: [String], of what: String) throws {
        for entry in try entries(what) where !known.contains(entry.key) {
            let hint = NearestWord.hint(entry.key, among: known)
            throw NUMAHintsError(
                .input,
                "\(what) has no key \"\(entry.key.clipped)\"\(hint); known: \(known.joined(separator: ", "))",
                file: file, line: entry.line)
        }
    }

    /// A text that is not empty, and one of the words if there are any.
    fileprivate func word(_ name: String, among words: [String] = []) throws -> String {
        let text = try text(name) ?? ""
        guard !text.isEmpty else { throw error("\(name) must not be empty") }
        guard words.isEmpty || words.contains(text) else {
            let hint = NearestWord.hint(text, among: words)
            throw error(
                "\(name) must be one of \(words.joined(separator: ", ")), found \"\(text.clipped)\"\(hint)")
        }
        return text
    }

    /// An amount of memory like `512Mi`: 128 MiB at least, so that a process can start.
    fileprivate func bytes(_ name: String) throws -> UInt64 {
        let text = try text(name) ?? ""
        guard let bytes = Quantity(text)?.value, bytes >= 128 << 20 else {
            throw error("\(name) must be an amount of at least 128Mi, like 512Mi or 4Gi, found \"\(text.clipped)\"")
        }
        return bytes
    }

    /// A time like `500ms`, `2s`, `1m30s`: more than nothing, an hour at the most.
    fileprivate func duration(_ name: String) throws -> Duration {
        let units: [(String, Duration)] = [
            ("ms", .milliseconds(1)), ("us", .microseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)),
            ("h", .seconds(3600)),
        ]
        let text = try text(name) ?? ""
        var rest = text[...]
        var sum = Duration.zero
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest[digits.endIndex...]
            guard let count = Int32(digits), let unit = units.first(where: { rest.hasPrefix($0.0) }) else {
                throw error("\(name) must be a time like 500ms or 2s, found \"\(text.clipped)\"")
            }
            sum += unit.1 * Int(count)
            rest = rest.dropFirst(unit.0.count)
        }
        guard sum > .zero, sum <= .seconds(3600) else {
            throw error("\(name) must be more than 0 and at most 1h, found \"\(text.clipped)\"")
        }
        return sum
    }
}
