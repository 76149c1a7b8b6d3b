// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import NUMACore

/// What is remarkable about a node: said by a sign and words, and only then by a colour.
struct NodeMark: Hashable, Sendable {
    enum Kind: String, Sendable { case chosen, short }

    var kind: Kind
    var words: String

    var sign: String {
        switch kind {
        case .chosen: "✓"
        case .short: "✕"
        }
    }

    var markup: Markup {
        Markup("span", ["class": "tag \(kind.rawValue)"], "\(sign) \(words)")
    }

    /// The marks of one node in a decision: whether the pod lies there, and what is too little there for it.
    static func marks(of node: Int, in explanation: Explanation, isGiven: Bool) -> [NodeMark] {
        var marks: [NodeMark] = []
        let isMeant = explanation.units.contains { unit in
            guard let merged = unit.merged, let nodes = merged.nodes else { return false }
            return nodes.contains(node) && (merged.isPreferred || nodes != explanation.trace.nodes)
        }
        if explanation.trace.verdict.isAdmitted, isGiven || isMeant {
            marks.append(NodeMark(kind: .chosen, words: "chosen"))
        }
        for shortage in explanation.units.compactMap(\.cause).flatMap(\.shortages)
        where !shortage.sufficientNodes.contains(node) {
            let mark = NodeMark(kind: .short, words: "\(shortage.resource) short")
            if !marks.contains(mark) { marks.append(mark) }
        }
        return marks
    }
}
