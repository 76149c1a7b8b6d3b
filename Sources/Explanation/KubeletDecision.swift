// SPDX-License-Identifier: Apache-2.0

public import Admission
public import NUMACore

/// What a kubelet would have decided about a pod, where it is not the same.
public struct KubeletDecision: Hashable, Sendable {
    public var verdict: Verdict
    /// What it would have given, container by container; only those that would have something else.
    public var allocations: [Allocation]

    /// What is different in the kubelet's decision; nil if nothing is.
    init?(_ kubelet: DecisionTrace, insteadOf trace: DecisionTrace) {
        verdict = kubelet.verdict
        allocations = zip(kubelet.allocations, trace.allocations).filter { theirs, ours in
            Self.pieces(theirs) != Self.pieces(ours)
        }.map(\.0)
        if trace.allocations.isEmpty { allocations = kubelet.allocations }
        if Self.kind(kubelet.verdict) == Self.kind(trace.verdict), allocations.isEmpty { return nil }
    }

    private static func kind(_ verdict: Verdict) -> Refusal.Kind? {
        guard case .refused(let refusal) = verdict else { return nil }
        return refusal.kind
    }

    /// What a container was given, without by what way.
    private static func pieces(_ allocation: Allocation) -> [Assignment] {
        allocation.assignments.map { Assignment($0.resource, $0.piece) }
    }
}
