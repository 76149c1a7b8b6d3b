// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// One flag of a kubelet's command line.
struct KubeletFlag {
    /// Without the dashes.
    var name: String
    /// Nil for a switch.
    var value: String?
    var line: Int

    /// The flags of a text in order. What is no flag, such as a program's name, is passed over.
    static func all(in source: SourceText) throws -> [KubeletFlag] {
        let words = try ArgumentWords.of(source)
        var flags: [KubeletFlag] = []
        var place = 0
        while place < words.count {
            let word = words[place]
            place += 1
            guard let text = flagText(word.text) else { continue }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            var flag = KubeletFlag(name: String(parts.first ?? ""), line: word.line)
            if parts.count == 2 {
                flag.value = String(parts[1])
            } else if place < words.count, flagText(words[place].text) == nil, !words[place].isLineStart {
                flag.value = words[place].text
                place += 1
            }
            flags.append(flag)
        }
        return flags
    }

    /// What follows the dashes of a flag; the flag may be the first of a variable: `ARGS=--v=2`.
    private static func flagText(_ word: String) -> Substring? {
        var rest = word[...]
        while !rest.hasPrefix("-") {
            guard let equals = rest.firstIndex(of: "="), !rest[..<equals].isEmpty,
                rest[..<equals].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
            else { return nil }
            rest = rest[rest.index(after: equals)...]
        }
        guard rest.hasPrefix("--"), rest.count > 2 else { return nil }
        return rest.dropFirst(2)
    }

    /// The value as the field of a `KubeletConfiguration` would have it.
    func node(for field: String, file: String) throws -> YAMLNode {
        guard let value else {
            throw NUMAHintsError(.input, "--\(name) needs a value", file: file, line: line)
        }
        return switch field {
        case "kubeReserved", "systemReserved", "cpuManagerPolicyOptions", "topologyManagerPolicyOptions",
            "featureGates":
            try mapping(value, separator: "=", file: file)
        case "evictionHard": try mapping(value, separator: "<", file: file)
        case "reservedMemory": try reservations(value, file: file)
        default: scalar(value, file: file)
        }
    }

    private func scalar(_ text: String, file: String) -> YAMLNode {
        YAMLNode(content: .scalar(text, isPlain: false), file: file, line: line)
    }

    /// `name=value,name=value`
    private func mapping(_ text: some StringProtocol, separator: Character, file: String) throws -> YAMLNode {
        var entries: [YAMLNode.Entry] = []
        for part in text.split(separator: ",") {
            guard let mark = part.firstIndex(of: separator), mark > part.startIndex else {
                throw NUMAHintsError(
                    .input, "--\(name): \"\(String(part).clipped)\" must be name\(separator)value",
                    file: file, line: line)
            }
            let key = String(part[..<mark])
            guard !entries.contains(where: { $0.key == key }) else {
                throw NUMAHintsError(
                    .input, "--\(name): \"\(key.clipped)\" is given twice", file: file, line: line)
            }
            let value = scalar(String(part[part.index(after: mark)...]), file: file)
            entries.append(YAMLNode.Entry(key: key, line: line, value: value))
        }
        return YAMLNode(content: .mapping(entries), file: file, line: line)
    }

    /// `0:memory=1Gi,hugepages-1Gi=2Gi;1:memory=2Gi`
    private func reservations(_ value: String, file: String) throws -> YAMLNode {
        var items: [YAMLNode] = []
        for part in value.split(separator: ";") {
            guard let colon = part.firstIndex(of: ":") else {
                throw NUMAHintsError(
                    .input, "--\(name): \"\(String(part).clipped)\" must be like 0:memory=1Gi",
                    file: file, line: line)
            }
            let entries = [
                YAMLNode.Entry(
                    key: "numaNode", line: line, value: scalar(String(part[..<colon]), file: file)),
                YAMLNode.Entry(
                    key: "limits", line: line,
                    value: try mapping(part[part.index(after: colon)...], separator: "=", file: file)),
            ]
            items.append(YAMLNode(content: .mapping(entries), file: file, line: line))
        }
        return YAMLNode(content: .list(items), file: file, line: line)
    }
}
