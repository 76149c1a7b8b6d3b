// SPDX-License-Identifier: Apache-2.0

public import Admission
public import NUMACore

/// What a kubelet would have decided about a pod, where it is not the same.
public struct KubeletDecision: Hashable, Sendable {
    public var verdict: Verdict
    /// What it would have given, container by container; only those that would have something else.
    public var allocations: [Allocation]

    /// What is different in the kubelet's decision; nil if nothing is.
    static func difference(_ kubelet: DecisionTrace, from trace: DecisionTrace) -> KubeletDecision? {
        var others = kubelet.allocations
        if trace.allocations.count == others.count {
            let pairs = zip(kubelet.allocations, trace.allocations)
            others = pairs.filter { pieces($0) != pieces($1) }.map(\.0)
        }
        if kind(kubelet.verdict) == kind(trace.verdict), others.isEmpty { return nil }
        return KubeletDecision(verdict: kubelet.verdict, allocations: others)
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
