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
    /// What each container was given.
    let gets: [String]

    public init(_ explanation: Explanation, emphasis: Emphasis = Emphasis(isOn: false)) {
        self.explanation = explanation
        self.emphasis = emphasis
        gets = explanation.trace.allocations.map { Self.given($0, verb: "gets") }
    }

    /// The whole explanation, ending in a line end.
    public var text: String {
        let trace = explanation.trace
        var lines = [headline]
        if let reason = explanation.reason { lines.append("  because \(reason.text)") }
        if explanation.reason != nil, let cause = explanation.units.last?.cause {
            lines += FactLines(cause).lines.map { "    \($0)" }
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
                lines += ["    not aligned: \(cause.text)"] + FactLines(cause).lines.map { "      \($0)" }
            }
        }
        if !explanation.changes.isEmpty {
            lines += ["", "  would be \(trace.verdict.isAdmitted ? "aligned" : "admitted")"]
            lines += explanation.changes.map { "    \(ChangeText($0).line)" }
        }
        if !gets.isEmpty { lines += [""] + zip(gets, trace.allocations).flatMap { [$0] + nearness(of: $1) } }
        lines += slack
        return lines.joined(separator: "\n") + "\n"
    }

    /// What each container could ask for, where that is more than it does.
    var slack: [String] {
        var lines: [String] = []
        var rest = explanation.slack[...]
        while let first = rest.first {
            let own = rest.prefix { $0.container == first.container }
            rest = rest.dropFirst(own.count)
            let more = own.filter { $0.most > $0.requested }.map { "\($0.resource) \($0.resource.text(of: $0.most))" }
            guard !more.isEmpty else { continue }
            let end = more.count > 1 ? ", each alone" : ""
            lines.append("  \(first.container) could ask for up to \(more.joined(separator: ", "))\(end)")
        }
        return lines
    }

    /// One line: why the pod was refused, or what its containers were given.
    public var summary: String {
        explanation.reason?.text
            ?? gets.map { $0.drop { $0 == " " } }.joined(separator: "; ")
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
        if let merged = unit.merged { lines.append("    merged: \(words(merged))\(parts(unit, merged))") }
        return lines
    }

    /// What hints the merged mask came from, where it is not the mask of each.
    private func parts(_ unit: Explanation.Unit, _ merged: TopologyHint) -> String {
        guard let uses = unit.witness?.uses.filter({ $0.hint.nodes != merged.nodes && $0.hint.nodes != nil }),
            !uses.isEmpty, let nodes = merged.nodes
        else { return "" }
        let parts = uses.map { "\($0.resource) {\($0.hint.nodes?.list ?? "")}" }
        return "; {\(nodes.list)} is in " + parts.joined(separator: " and ")
    }

    func words(_ hint: TopologyHint) -> String {
        guard let mask = hint.nodes else {
            return hint.isPreferred
                ? "no mask, preferred: any node will do" : "no mask: nothing fits the policy"
        }
        return "{\(mask.list)}, \(hint.isPreferred ? "preferred" : "not preferred")"
    }

    /// In what a kubelet would have decided otherwise.
    func words(_ kubelet: KubeletDecision) -> [String] {
        switch kubelet.verdict {
        case .refused(let refusal):
            return ["  a kubelet would refuse it (\(refusal.kind.rawValue)): \(refusal.reason.text)"]
        case .admitted where !explanation.trace.verdict.isAdmitted:
            return ["  a kubelet would admit it"] + kubelet.allocations.map { "  " + Self.given($0, verb: "would get") }
        case .admitted:
            return ["  a kubelet would give something else:"]
                + kubelet.allocations.map { "  " + Self.given($0, verb: "would get") }
        }
    }

    private func nodes(_ mask: NUMANodeMask) -> String {
        mask.count == 1 ? "node \(mask.list)" : "nodes \(mask.list)"
    }

    private func nearness(of allocation: Allocation) -> [String] {
        let nearness = explanation.trace.nearness.first { $0.container == allocation.container }
        return (nearness.map { NearnessText($0).lines } ?? []).map { "    \($0)" }
    }

    private static func given(_ allocation: Allocation, verb: String) -> String {
        let pieces = AssignmentText.pieces(allocation.assignments)
        return "  \(allocation.container) \(verb) "
            + (pieces.isEmpty
                ? "nothing of its own: the shared CPUs, memory of any node" : pieces.joined(separator: "; "))
    }
}
