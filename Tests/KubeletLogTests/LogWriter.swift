// SPDX-License-Identifier: Apache-2.0

import KubeletLog
import NUMACore

/// How kubelets write their logs.
enum LogFormat: String, CaseIterable, Sendable {
    /// Up to 1.20: sentences.
    case sentences
    /// From 1.21 on: pairs, their values as Go prints them.
    case goPairs
    /// From 1.28 on: pairs, their values as JSON.
    case jsonPairs
    /// `--logging-format=json`.
    case json
}

/// What a test says of a decision, and a log then has.
struct WrittenDecision: Sendable {
    /// Null is "no preference", an empty list "impossible".
    typealias Hints = [TopologyHint]?

    var namespace = "default"
    var name: String
    var uid: String
    /// Nil for a whole pod.
    var container: String? = "app"
    /// By provider, resources in order of name.
    var providers: [[(resource: String, hints: Hints)]]
    var best: TopologyHint?
    /// Nil if the log does not say.
    var admitted: Bool?

    init(
        _ name: String, uid: String = "9388acc6-a396-4f03-a353-ce153da46aaf", container: String? = "app",
        _ providers: [[(resource: String, hints: Hints)]], best: TopologyHint?, admitted: Bool?
    ) {
        self.name = name
        self.uid = uid
        self.container = container
        self.providers = providers
        self.best = best
        self.admitted = admitted
    }
}

/// Writes lines as kubelets do.
struct LogWriter {
    let format: LogFormat
    /// What stands before each line of text.
    var prefix = ""

    func lines(_ decision: WrittenDecision) -> [String] {
        var lines = [asked(decision)]
        for provider in decision.providers { lines += hints(provider, decision) }
        guard let best = decision.best else { return lines }
        let kind = decision.container == nil ? "Pod" : "Container"
        lines.append(result("\(kind)TopologyHint", best, decision, isNamed: false))
        lines.append(result("Best TopologyHint", best, decision, isNamed: true))
        switch decision.admitted {
        case true?: lines.append(result("Topology Affinity", best, decision, isNamed: true))
        case false?: lines.append(refusal(decision))
        case nil: break
        }
        return lines
    }

    func start(policy: String, scope: String) -> String {
        switch format {
        case .sentences:
            line(
                "topology_manager.go:120",
                "[topologymanager] Creating topology manager with \(policy) policy per \(scope) scope")
        case .goPairs, .jsonPairs:
            line(
                "topology_manager.go:136",
                "\"Creating topology manager with policy per scope\" topologyPolicyName=\"\(policy)\" topologyScopeName=\"\(scope)\""
            )
        case .json:
            json(
                "Creating topology manager with policy per scope",
                "\"topologyPolicyName\":\"\(policy)\",\"topologyScopeName\":\"\(scope)\"")
        }
    }

    func version(_ version: String) -> String {
        switch format {
        case .sentences: line("server.go:416", "Version: \(version)")
        case .goPairs, .jsonPairs: line("server.go:446", "\"Kubelet version\" kubeletVersion=\"\(version)\"")
        case .json: json("Kubelet version", "\"kubeletVersion\":\"\(version)\"")
        }
    }

    // MARK: The lines of one decision

    private func asked(_ decision: WrittenDecision) -> String {
        let names =
            "podUID=\"\(decision.uid)\" podNamespace=\"\(decision.namespace)\" podName=\"\(decision.name)\""
        return switch format {
        case .sentences: line("topology_manager.go:187", "[topologymanager] Topology Admit Handler")
        case .goPairs: line("topology_manager.go:200", "\"Topology Admit Handler\"")
        case .jsonPairs: line("topology_manager.go:215", "\"Topology Admit Handler\" \(names)")
        case .json:
            json(
                "Topology Admit Handler",
                "\"podUID\":\"\(decision.uid)\",\"podNamespace\":\"\(decision.namespace)\",\"podName\":\"\(decision.name)\""
            )
        }
    }

    private func hints(
        _ provider: [(resource: String, hints: WrittenDecision.Hints)], _ decision: WrittenDecision
    ) -> [String] {
        let isJSON = format == .json || format == .jsonPairs
        let members = provider.map { resource, hints in
            let list = (hints ?? []).map { text($0) }
            return isJSON
                ? "\"\(resource)\":" + (hints == nil ? "null" : "[\(list.joined(separator: ","))]")
                : "\(resource):[\(list.joined(separator: " "))]"
        }
        let value = isJSON ? "{\(members.joined(separator: ","))}" : "map[\(members.joined(separator: " "))]"
        var lines: [String]
        switch format {
        case .sentences:
            let container = decision.container.map { ", container '\($0)'" } ?? ""
            lines = [
                line(
                    "scope_container.go:80",
                    "[topologymanager] TopologyHints for pod '\(formatted(decision))'\(container): \(value)")
            ]
        case .goPairs, .jsonPairs:
            lines = [line("scope_container.go:75", "\"TopologyHints\" hints=\(value) \(pairs(decision))")]
        case .json: lines = [json("TopologyHints", "\"hints\":\(value),\(named(decision))")]
        }
        for (resource, hints) in provider where hints?.isEmpty ?? true {
            let message =
                hints == nil
                ? "Hint Provider has no preference for NUMA affinity with resource"
                : "Hint Provider has no possible NUMA affinities for resource"
            switch format {
            case .sentences: lines.append(line("policy.go:77", "[topologymanager] \(message) '\(resource)'"))
            case .goPairs, .jsonPairs: lines.append(line("policy.go:77", "\"\(message)\" resource=\"\(resource)\""))
            case .json: lines.append(json(message, "\"resource\":\"\(resource)\""))
            }
        }
        return lines
    }

    private func result(_ message: String, _ hint: TopologyHint, _ decision: WrittenDecision, isNamed: Bool) -> String {
        switch format {
        case .sentences:
            let container = decision.container.map { " container: \($0)" } ?? ""
            let place = isNamed ? " for (pod: \(formatted(decision))\(container))" : ""
            return line("scope_container.go:88", "[topologymanager] \(message)\(place): \(text(hint))")
        case .goPairs, .jsonPairs:
            let place = isNamed ? " " + pairs(decision) : ""
            return line("scope_container.go:83", "\"\(message)\" bestHint=\(text(hint))\(place)")
        case .json:
            return json(message, "\"bestHint\":\(text(hint))" + (isNamed ? "," + named(decision) : ""))
        }
    }

    private func refusal(_ decision: WrittenDecision) -> String {
        let (reason, message) = ("TopologyAffinityError", "Resources cannot be allocated with Topology locality")
        switch format {
        case .sentences:
            return line(
                "event.go:291",
                "Event(v1.ObjectReference{Kind:\"Pod\", Namespace:\"\(decision.namespace)\", Name:\"\(decision.name)\", "
                    + "UID:\"\(decision.uid)\", APIVersion:\"v1\", ResourceVersion:\"1\", FieldPath:\"\"}): "
                    + "type: 'Warning' reason: '\(reason)' \(message)")
        case .goPairs, .jsonPairs:
            return line(
                "event.go:307",
                "\"Event occurred\" object=\"\(decision.namespace)/\(decision.name)\" fieldPath=\"\" kind=\"Pod\" "
                    + "apiVersion=\"v1\" type=\"Warning\" reason=\"\(reason)\" message=\"\(message)\"")
        case .json:
            return json(
                "Event occurred",
                "\"object\":{\"name\":\"\(decision.name)\",\"namespace\":\"\(decision.namespace)\"},\"kind\":\"Pod\","
                    + "\"reason\":\"\(reason)\",\"message\":\"\(message)\"")
        }
    }

    // MARK: Pieces

    private func text(_ hint: TopologyHint) -> String {
        switch format {
        case .sentences: "{\(bits(hint.nodes)) \(hint.isPreferred)}"
        case .goPairs: "{NUMANodeAffinity:\(bits(hint.nodes)) Preferred:\(hint.isPreferred)}"
        case .jsonPairs, .json: "{\"NUMANodeAffinity\":\(number(hint.nodes)),\"Preferred\":\(hint.isPreferred)}"
        }
    }

    private func bits(_ nodes: NUMANodeMask?) -> String {
        guard let nodes else { return "<nil>" }
        return String((0...max(1, nodes.last ?? 0)).reversed().map { nodes.contains($0) ? "1" : "0" })
    }

    private func number(_ nodes: NUMANodeMask?) -> String {
        nodes.map { "\($0.reduce(UInt64(0)) { $0 | 1 << UInt64($1) })" } ?? "null"
    }

    private func formatted(_ decision: WrittenDecision) -> String {
        "\(decision.name)_\(decision.namespace)(\(decision.uid))"
    }

    private func pairs(_ decision: WrittenDecision) -> String {
        "pod=\"\(decision.namespace)/\(decision.name)\"" + (decision.container.map { " containerName=\"\($0)\"" } ?? "")
    }

    private func named(_ decision: WrittenDecision) -> String {
        "\"pod\":{\"name\":\"\(decision.name)\",\"namespace\":\"\(decision.namespace)\"}"
            + (decision.container.map { ",\"containerName\":\"\($0)\"" } ?? "")
    }

    func line(_ place: String, _ text: String) -> String { "\(prefix)I0128 09:15:04.123456    1234 \(place)] \(text)" }

    private func json(_ message: String, _ members: String) -> String {
        "\(prefix){\"ts\":1706433304123.456,\"caller\":\"topologymanager/scope.go:75\",\"msg\":\"\(message)\",\"v\":0,\(members)}"
    }
}

extension [String] {
    /// The decisions that a log of these lines has.
    func decisions(end: String = "\n") -> [LoggedDecision] {
        var reader = KubeletLogReader()
        return reader.take(Array<UInt8>(joined(separator: end).utf8)) + reader.finish()
    }

    func reviews(_ known: KnownSettings = KnownSettings()) -> [DecisionReview] {
        decisions().map(DecisionRedo(known).review)
    }
}
