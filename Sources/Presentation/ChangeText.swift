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
        case .supply(let resource, let node, let more):
            "with \(count(more, resource)) more \(resource) on node \(node)"
        case .reserve(let resource, let node, let from, let to):
            "with \(to == 0 ? "no" : exact(to, resource)) \(resource) reserved instead of \(exact(from, resource))"
                + (node.map { " on node \($0)" } ?? "")
        case .scope(let scope): "under scope \(scope.rawValue)"
        case .option(let name, let isOn): "\(isOn ? "with" : "without") the CPU manager's option \(name)"
        case .policy(let policy): "under policy \(policy.rawValue)"
        }
    }

    /// As it could be written into a pod.
    private func exact(_ quantity: UInt64, _ resource: ResourceName) -> String {
        resource.unit == .bytes ? BinaryQuantity.exact(quantity) : resource.text(of: quantity)
    }

    /// Pages of huge pages, else pieces.
    private func count(_ quantity: UInt64, _ resource: ResourceName) -> String {
        "\(resource.hugepageSize.map { quantity / max(1, $0) } ?? quantity)"
    }

    private var place: String {
        guard let nodes = change.nodes else { return change.isPreferred ? "" : ": not aligned" }
        return ": on \(nodes.count == 1 ? "node" : "nodes") \(nodes.list)" + (change.isPreferred ? "" : ", not aligned")
    }
}

extension ExplanationReport {
    struct ChangeReport: Encodable {
        /// `request`, `supply`, `holder`, `reserve`, `scope`, `option` or `policy`.
        var kind: String
        var text: String
        /// Of `request`.
        var container: String?
        /// Of `request`, `supply` and `reserve`.
        var resource: String?
        /// Of `request` and `reserve`.
        var from: UInt64?
        var to: UInt64?
        /// Of `supply`: how much more, in bytes or pieces.
        var more: UInt64?
        /// Of `supply` and `reserve`: the node; absent where what is reserved is of no node.
        var node: Int?
        /// Of `holder`: the pod, and what it has of what is short.
        var uid: String?
        var name: String?
        var frees: [String: UInt64]?
        /// Of `scope`, `option` and `policy`.
        var value: String?
        /// Of `option`.
        var on: Bool?
        /// Where the pod then comes to lie; null where its containers lie on different nodes, or anywhere.
        @Null var nodes: [Int]?
        var preferred: Bool

        init(_ change: Change) {
            text = ChangeText(change).line
            _nodes = Null(wrappedValue: change.nodes?.members)
            preferred = change.isPreferred
            switch change.kind {
            case .request(let name, let what, let asked, let less):
                kind = "request"
                (container, resource, from, to) = (name, what.rawValue, asked, less)
            case .holder(let own, let pod, let amounts):
                (kind, uid, name) = ("holder", own, pod)
                frees = Dictionary(amounts.map { ($0.resource.rawValue, $0.quantity) }) { first, _ in first }
            case .supply(let what, let place, let amount):
                (kind, resource, node, more) = ("supply", what.rawValue, place, amount)
            case .reserve(let what, let place, let asked, let less):
                (kind, resource, node, from, to) = ("reserve", what.rawValue, place, asked, less)
            case .scope(let scope): (kind, value) = ("scope", scope.rawValue)
            case .option(let name, let isOn): (kind, value, on) = ("option", name, isOn)
            case .policy(let policy): (kind, value) = ("policy", policy.rawValue)
            }
        }
    }

    struct SlackReport: Encodable {
        var container: String
        var resource: String
        var requested: UInt64
        /// The most for which the pod is still admitted, and aligned if it is aligned as it is.
        var most: UInt64

        init(_ slack: Slack) {
            container = slack.container
            resource = slack.resource.rawValue
            requested = slack.requested
            most = slack.most
        }
    }
}
