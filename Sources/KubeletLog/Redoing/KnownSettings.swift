// SPDX-License-Identifier: Apache-2.0

public import HintMerge
public import NUMACore

/// What is known of a kubelet beside its log; it wins over what the log says.
public struct KnownSettings: Sendable {
    public var policy: Policy?
    public var semantics: MergeSemantics?
    public var prefersClosest: Bool?
    public var nodes: NUMANodeMask?
    public var distances: Distances?

    public init(
        policy: Policy? = nil, semantics: MergeSemantics? = nil, prefersClosest: Bool? = nil,
        nodes: NUMANodeMask? = nil, distances: Distances? = nil
    ) {
        self.policy = policy
        self.semantics = semantics
        self.prefersClosest = prefersClosest
        self.nodes = nodes
        self.distances = distances
    }
}
