// SPDX-License-Identifier: Apache-2.0

import Admission
import DeviceChoice
public import Explanation
import HintMerge
import NUMACore

/// An explanation for people, as lines of text.
public struct ExplanationText {
    private let explanation: Explanation
    private let emphasis: Emphasis

    public init(_ explanation: Explanation, emphasis: Emphasis = Emphasis(isOn: false)) {
        self.explanation = explanation
        self.emphasis = emphasis
    }

    /// The whole explanation, ending in a line end.
    public var text: String {
        let trace = explanation.trace
        var lines = [headline]
        if let reason = explanation.reason { lines.append("  because \(reason.text)") }
        if explanation.reason != nil, let cause = explanation.units.last?.cause {
            lines += holders(cause).map { "    \($0)" }
        }
        lines.append(
            emphasis.faint(
                "  \(trace.pod.qos.rawValue), scope \(trace.scope.rawValue), policy \(trace.options.policy.rawValue)"
            ))
        if let kubelet = explanation.kubelet { lines += words(kubelet) }
        for warning in trace.warnings { lines.append("  warning: \(warning.text)") }
        for (index, unit) in explanation.units.enumerated() {
            lines += ["", "  \(emphasis.strong(title(unit)))"] + body(unit)
            let isRefused = !trace.verdict.isAdmitted && index + 1 == explanation.units.count
            if let cause = unit.cause, !isRefused {
                lines += ["    not aligned: \(cause.text)"] + holders(cause).map { "      \($0)" }
            }
        }
        if !explanation.changes.isEmpty {
            lines += ["", "  would be admitted"] + explanation.changes.map { "    \(ChangeText($0).line)" }
        }
        if !trace.allocations.isEmpty { lines += [""] + trace.allocations.flatMap(placed) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One line: why the pod was refused, or what its containers were given.
    public var summary: String {
        explanation.reason?.text
            ?? explanation.trace.allocations.map { given($0, verb: "gets").drop { $0 == " " } }.joined(separator: "; ")
    }

    private var headline: String {
        let pod = explanation.trace.pod
        let name = emphasis.strong("pod \(pod.namespace)/\(pod.name)")
        switch explanation.trace.verdict {
        case .admitted: return "\(name): \(emphasis.good("admitted"))\(placement)"
        case .refused(let refusal):
            let place = refusal.container.map { " at container \($0)" } ?? ""
            return "\(name): \(emphasis.bad("refused"))\(place)"
        }
    }

    /// ` on node 0`: where the pod came to lie, if all units came to lie on the same nodes.
    var placement: String {
        var masks: [NUMANodeMask] = []
        for unit in explanation.units {
            guard let merged = unit.merged, let nodes = merged.nodes else { return "" }
            if !masks.contains(nodes) { masks.append(nodes) }
        }
        guard let mask = masks.first, masks.count == 1 else { return "" }
        let aligned = explanation.units.allSatisfy { $0.merged?.isPreferred ?? false }
        return " on \(nodes(mask))" + (aligned ? "" : ", not aligned")
    }

    func title(_ unit: Explanation.Unit) -> String {
        unit.container.map { "container \($0)" } ?? "the whole pod"
    }

    private func body(_ unit: Explanation.Unit) -> [String] {
        if unit.rows.isEmpty { return ["    asks for nothing"] }
        var lines = ResourceTable(unit.rows, nodes: explanation.trace.nodes).lines
        if let merged = unit.merged { lines.append("    merged: \(words(merged))") }
        return lines
    }

    func words(_ hint: TopologyHint) -> String {
        guard let mask = hint.nodes else {
            return hint.isPreferred
                ? "no mask, preferred: any node will do" : "no mask: nothing fits the policy"
        }
        return "{\(mask.list)}, \(hint.isPreferred ? "preferred" : "not preferred")"
    }

    /// Who has what is short, a line for each resource and place.
    func holders(_ cause: Cause) -> [String] {
        var lines: [String] = []
        var rest = cause.holdings[...]
        while let first = rest.first {
            let same = rest.prefix { $0.resource == first.resource && $0.nodes == first.nodes }
            rest = rest.dropFirst(same.count)
            func amount(_ holdings: some Sequence<Cause.Holding>) -> String {
                first.resource.text(of: holdings.reduce(0) { $0.addingClamped($1.amount) })
            }
            var names = same.prefix(Self.mostHolders).map { "\($0.holder) (\(amount([$0])))" }
            let others = same.dropFirst(Self.mostHolders)
            if !others.isEmpty { names.append("\(others.count) others (\(amount(others)))") }
            let place = first.nodes.isEmpty ? "no known node" : nodes(first.nodes)
            lines.append("\(first.resource) of \(place) is held by \(names.joined(separator: ", "))")
        }
        return lines
    }

    private static let mostHolders = 4

    /// In what a kubelet would have decided otherwise.
    func words(_ kubelet: KubeletDecision) -> [String] {
        switch kubelet.verdict {
        case .refused(let refusal):
            return ["  a kubelet would refuse it (\(refusal.kind.rawValue)): \(refusal.reason.text)"]
        case .admitted where !explanation.trace.verdict.isAdmitted:
            return ["  a kubelet would admit it"] + kubelet.allocations.map { "  " + given($0, verb: "would get") }
        case .admitted:
            return ["  a kubelet would give something else:"]
                + kubelet.allocations.map { "  " + given($0, verb: "would get") }
        }
    }

    private func nodes(_ mask: NUMANodeMask) -> String {
        mask.count == 1 ? "node \(mask.list)" : "nodes \(mask.list)"
    }

    private func placed(_ allocation: Allocation) -> [String] {
        let nearness = explanation.trace.nearness.first { $0.container == allocation.container }
        return [given(allocation, verb: "gets")]
            + (nearness.map { NearnessText($0).lines } ?? []).map { "    \($0)" }
    }

    func given(_ allocation: Allocation, verb: String) -> String {
        let pieces = AssignmentText.pieces(allocation.assignments)
        return "  \(allocation.container) \(verb) "
            + (pieces.isEmpty
                ? "nothing of its own: the shared CPUs, memory of any node" : pieces.joined(separator: "; "))
    }
}
