// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A hint as a line has it.
public enum LoggedHint: Hashable, Sendable {
    case hint(TopologyHint)
    /// The mask is not written, or not so that it can be read; with what stands there.
    case unreadable(String)

    /// Nodes must have a number below this; Linux knows at most this many (`CONFIG_NODES_SHIFT`).
    static let nodeLimit = 1024

    /// Reads `{"NUMANodeAffinity":1,"Preferred":true}`, `{NUMANodeAffinity:01 Preferred:true}` or `{01 true}`.
    init(_ value: LooseValue) {
        if case .text(let text) = value, let inner = LooseReader.value(of: text), inner != value {
            self.init(inner)
            return
        }
        guard case .members(let members, _) = value, members.count >= 2 else {
            self = .unreadable(value.excerpt)
            return
        }
        let names = ["NUMANodeAffinity", "SocketAffinity"]
        let mask = members.first { names.contains($0.name) } ?? members[0]
        let preferred = members.first { $0.name == "Preferred" } ?? members[1]
        guard let isPreferred = ["true": true, "false": false][preferred.value.string ?? ""] else {
            self = .unreadable(value.excerpt)
            return
        }
        if mask.value.isNull {
            self = .hint(TopologyHint(nodes: nil, isPreferred: isPreferred))
        } else if let nodes = Self.nodes(mask.value, isNumber: mask.isQuoted) {
            self = .hint(TopologyHint(nodes: nodes, isPreferred: isPreferred))
        } else {
            self = .unreadable(mask.value.excerpt)
        }
    }

    /// JSON has the mask as a number, Go prints its bits, the highest node first.
    private static func nodes(_ value: LooseValue, isNumber: Bool) -> NUMANodeMask? {
        guard let text = value.string, !text.isEmpty else { return nil }
        if case .word = value, isNumber {
            guard let word = UInt64(text) else { return nil }
            return NUMANodeMask((0..<64).filter { word >> UInt64($0) & 1 == 1 })
        }
        guard text.utf8.count <= nodeLimit, text.utf8.allSatisfy({ $0 == 0x30 || $0 == 0x31 }) else { return nil }
        return NUMANodeMask(text.utf8.reversed().enumerated().filter { $0.element == 0x31 }.map(\.offset))
    }

    public var hint: TopologyHint? {
        if case .hint(let hint) = self { hint } else { nil }
    }
}

extension LooseValue {
    /// The beginning of what stands there, for messages.
    var excerpt: String {
        let text =
            switch self {
            case .word(let text), .text(let text): text
            case .list: "a list"
            case .members: "an object"
            }
        return text.count > 40 ? "\(text.prefix(40))..." : text
    }
}
