// SPDX-License-Identifier: Apache-2.0

public import NUMACore

public struct HintMerger {
    public init(nodes: NUMANodeMask, distances: Distances?, options: MergeOptions) {}
    public func merge(_ answers: [ResourceAnswer]) -> MergeDecision {
        MergeDecision(best: TopologyHint(nodes: nil, isPreferred: false), admits: true)
    }
}
