// SPDX-License-Identifier: Apache-2.0

public import Admission
import HintMerge
public import NUMACore

/// A decision made plain: what each resource had on each node, what the hints were merged into, and why
/// that was admitted or not.
public struct Explanation: Hashable, Sendable {
    /// One container, or the pod as one.
    public struct Unit: Hashable, Sendable {
        /// The container's name, or nil for the whole pod.
        public var container: String?
        /// In ascending order of resource.
        public var rows: [ResourceRow]
        /// What the hints were merged into; nil if nobody was asked or the merge did not come about.
        public var merged: TopologyHint?
        /// Why it was refused, or, where it was admitted though not preferred, what stood in the way.
        public var cause: Cause?
    }

    public var trace: DecisionTrace
    public var units: [Unit]
    /// Why the pod was refused, in one sentence; nil for an admitted one.
    public var reason: Reason?
    /// What a kubelet would have decided; nil if the same, or if it was not asked.
    public var kubelet: KubeletDecision?
    /// What would let a refused pod in, the cheapest first; empty if that was not asked for.
    public var changes: [Change] = []
    /// What others held when it was decided; empty if that was not said.
    public internal(set) var residents: [PodHoldings] = []

    /// Explains a decision. The same traces give the same explanation.
    ///
    /// - Parameter kubelet: the decision of a kubelet about the same pod, if it is known.
    public init(_ trace: DecisionTrace, kubelet: DecisionTrace? = nil) {
        self.trace = trace
        self.kubelet = kubelet.flatMap { KubeletDecision.difference($0, from: trace) }
        units = trace.units.map { Self.unit($0, trace) }
        guard case .refused(let refusal) = trace.verdict else { return }
        reason = refusal.reason
        if refusal.kind == .topologyAffinity, let cause = units.last?.cause {
            reason?.text = cause.text
        }
        // What was not merged is short as a whole.
        if refusal.kind == .allocation, let rows = units.last?.rows, units.last?.cause == nil {
            let short = rows.filter { $0.free < $0.requested }
            guard !short.isEmpty else { return }
            units[units.count - 1].cause = Cause(
                text: refusal.reason.text,
                shortages: short.map {
                    Cause.Shortage(resource: $0.resource, requested: $0.requested, cells: $0.cells, sufficientNodes: [])
                })
        }
    }

    private static func unit(_ unit: UnitTrace, _ trace: DecisionTrace) -> Unit {
        let answers = unit.resourceAnswers
        let offers = answers.map { Offer($0, among: answers, nodes: trace.nodes) }
            .sorted { $0.resource < $1.resource }
        let rows = unit.requests.filter { $0.quantity > 0 }.map { amount in
            ResourceRow(
                amount.resource, requested: amount.quantity, unit: unit, nodes: trace.nodes,
                offer: offers.first { $0.resource == amount.resource })
        }
        var explained = Unit(container: unit.container, rows: rows, merged: unit.merge?.best)
        if let merge = unit.merge, merge.unresolved.isEmpty, !merge.best.isPreferred {
            explained.cause =
                CauseFinder(
                    answers: answers.sorted { $0.resource < $1.resource }, rows: rows, nodes: trace.nodes,
                    options: trace.options
                ).cause()
        }
        return explained
    }
}
