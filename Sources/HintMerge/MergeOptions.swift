// SPDX-License-Identifier: Apache-2.0

/// Which kubelet's rule says when a combination of hints is preferred.
public enum MergeSemantics: String, Hashable, Sendable, CaseIterable {
    /// 1.24 and later: every picked hint is preferred and all their masks are equal.
    case current
    /// 1.23 and earlier: every picked hint is preferred.
    case kubelet1_23 = "kubelet-1.23"
}

/// What a merge depends on, beside the hints.
public struct MergeOptions: Hashable, Sendable {
    public var policy: Policy
    public var semantics: MergeSemantics
    /// Among masks of one size, the smaller average distance wins (prefer-closest-numa-nodes, KEP-3545).
    /// Without effect for ``Policy/singleNUMANode``.
    public var preferClosestNUMANodes: Bool
    /// The most steps that the search may take before the merge gives up.
    public var stepLimit: Int

    public init(
        policy: Policy, semantics: MergeSemantics = .current, preferClosestNUMANodes: Bool = false,
        stepLimit: Int = 10_000_000
    ) {
        self.policy = policy
        self.semantics = semantics
        self.preferClosestNUMANodes = preferClosestNUMANodes
        self.stepLimit = stepLimit
    }
}
