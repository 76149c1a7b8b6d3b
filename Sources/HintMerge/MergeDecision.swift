// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What the hints of a request were merged into, and whether the policy admits it.
public struct MergeDecision: Hashable, Sendable {
    /// The affinity; no mask is "no affinity", which is not the same as all nodes.
    public var best: TopologyHint
    public var admits: Bool
    /// How many steps the search took.
    public var steps: Int
    /// The resources whose hints were too entangled to be merged within the limit of steps; empty if
    /// the merge was done. ``admits`` is then false.
    public var unresolved: [ResourceName]

    public init(best: TopologyHint, admits: Bool, steps: Int = 0, unresolved: [ResourceName] = []) {
        self.best = best
        self.admits = admits
        self.steps = steps
        self.unresolved = unresolved
    }
}
