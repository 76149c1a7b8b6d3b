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
        /// What shows that the merged mask can be had; nil for a refused unit, where hints have no node
        /// in common, and where it would take too long to find.
        public var witness: Witness?
        /// Why it was refused, or, where it was admitted though not preferred, what stood in the way.
        public var cause: Cause?
    }

    public var trace: DecisionTrace
    public var units: [Unit]
    /// Why the pod was refused, in one sentence; nil for an admitted one.
    public var reason: Reason?
    /// What a kubelet would have decided; nil if the same, or if it was not asked.
    public var kubelet: KubeletDecision?
    /// What would let a refused pod in, or align an admitted one, the cheapest first; empty if that was not asked for.
    public var changes: [Change] = []
    /// How much more an admitted pod could ask for; empty if that was not asked for.
    public var slack: [Slack] = []
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
        if refusal.kind == .allocation, let last = units.last, last.cause == nil, let unit = trace.units.last {
            units[units.count - 1].cause = Cause(refusal, short: last.rows, in: unit)
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
        guard let merge = unit.merge, merge.unresolved.isEmpty else { return explained }
        if merge.admits {
            explained.witness = WitnessFinder(offers: offers, nodes: trace.nodes).witness(of: merge.best)
        }
        if !merge.best.isPreferred {
            explained.cause =
                CauseFinder(
                    answers: answers.sorted { $0.resource < $1.resource }, rows: rows, nodes: trace.nodes,
                    options: trace.options
                ).cause()
        }
        return explained
    }
}
