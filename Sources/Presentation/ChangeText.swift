// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import NUMACore

/// A change that would let a pod in, on one line.
struct ChangeText {
    private let change: Change

    init(_ change: Change) { self.change = change }

    var line: String { words + place }

    private var words: String {
        switch change.kind {
        case .request(let container, let resource, let from, let to):
            "with \(resource) \(exact(to, resource)) instead of \(exact(from, resource)) for \(container)"
        case .holder(_, let name, let frees):
            "without \(name), which holds "
                + frees.map { "\($0.resource) \($0.resource.text(of: $0.quantity))" }.joined(separator: ", ")
        case .scope(let scope): "under scope \(scope.rawValue)"
        case .policy(let policy): "under policy \(policy.rawValue)"
        }
    }

    /// As it could be written into a pod.
    private func exact(_ quantity: UInt64, _ resource: ResourceName) -> String {
        resource.unit == .bytes ? BinaryQuantity.exact(quantity) : resource.text(of: quantity)
    }

    private var place: String {
        guard let nodes = change.nodes else { return change.isPreferred ? "" : ": not aligned" }
        return ": on \(nodes.count == 1 ? "node" : "nodes") \(nodes.list)" + (change.isPreferred ? "" : ", not aligned")
    }
}

extension ExplanationReport {
    struct ChangeReport: Encodable {
        /// `request`, `holder`, `scope` or `policy`.
        var kind: String
        var text: String
        /// Of `request`.
        var container: String?
        var resource: String?
        var from: UInt64?
        var to: UInt64?
        /// Of `holder`: the pod, and what it has of what is short.
        var uid: String?
        var name: String?
        var frees: [String: UInt64]?
        /// Of `scope` and `policy`.
        var value: String?
        /// Where the pod then comes to lie; null where its containers lie on different nodes, or anywhere.
        @Null var nodes: [Int]?
        var preferred: Bool

        init(_ change: Change) {
            var (kind, value, uid, name) = ("", String?.none, String?.none, String?.none)
            var frees: [String: UInt64]?
            var (container, resource, from, to) = (String?.none, String?.none, UInt64?.none, UInt64?.none)
            switch change.kind {
            case .request(let name, let what, let asked, let less):
                kind = "request"
                (container, resource, from, to) = (name, what.rawValue, asked, less)
            case .holder(let own, let pod, let amounts):
                (kind, uid, name) = ("holder", own, pod)
                frees = Dictionary(amounts.map { ($0.resource.rawValue, $0.quantity) }) { first, _ in first }
            case .scope(let scope): (kind, value) = ("scope", scope.rawValue)
            case .policy(let policy): (kind, value) = ("policy", policy.rawValue)
            }
            (self.kind, self.value, self.uid, self.name, self.frees) = (kind, value, uid, name, frees)
            (self.container, self.resource, self.from, self.to) = (container, resource, from, to)
            text = ChangeText(change).line
            _nodes = Null(wrappedValue: change.nodes?.members)
            preferred = change.isPreferred
        }
    }
}
