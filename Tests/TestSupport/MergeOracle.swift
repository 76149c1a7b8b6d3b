// SPDX-License-Identifier: Apache-2.0

public import HintMerge
public import NUMACore

/// Merges as the kubelet does: by trying every combination of one hint from each list.
///
/// Source: the behaviour of `policy*.go` in `pkg/kubelet/cm/topologymanager`, Kubernetes 1.36 for
/// ``MergeSemantics/current`` and 1.20 to 1.23 for ``MergeSemantics/kubelet1_23``.
public struct MergeOracle {
    public let nodes: NUMANodeMask
    public let distances: Distances?
    public let options: MergeOptions

    public init(nodes: NUMANodeMask, distances: Distances?, options: MergeOptions) {
        self.nodes = nodes
        self.distances = distances
        self.options = options
    }

    /// How many combinations there are to try; capped.
    public func combinations(_ answers: [ResourceAnswer]) -> Int {
        lists(answers).reduce(1) { product, list in
            let (result, overflow) = product.multipliedReportingOverflow(by: list.count)
            return overflow ? .max : result
        }
    }

    /// Decides about answers in plain lists.
    public func merge(_ answers: [ResourceAnswer]) -> MergeDecision {
        if options.policy == .none {
            return MergeDecision(best: TopologyHint(nodes: nil, isPreferred: false), admits: true)
        }
        let lists = lists(answers)
        let target = lists.map { $0.compactMap { $0.nodes?.count }.min() ?? 0 }.max() ?? 0
        var best: TopologyHint?
        walk(lists) { picked in
            let candidate = merged(picked)
            guard let mask = candidate.nodes, !mask.isEmpty else { return }
            if isBetter(candidate, than: best, target) { best = candidate }
        }
        var result = best ?? TopologyHint(nodes: nodes, isPreferred: false)
        if options.policy == .singleNUMANode, result.nodes == nodes { result.nodes = nil }
        return MergeDecision(best: result, admits: options.policy == .bestEffort || result.isPreferred)
    }

    private func lists(_ answers: [ResourceAnswer]) -> [[TopologyHint]] {
        let lists: [[TopologyHint]] = answers.map { answer in
            switch answer.placement {
            case .any: [TopologyHint(nodes: nil, isPreferred: true)]
            case .hints(let hints) where !hints.isEmpty: hints
            case .hints, .impossible: [TopologyHint(nodes: nil, isPreferred: false)]
            case .capacity: []
            }
        }
        guard options.policy == .singleNUMANode else { return lists }
        return lists.map { $0.filter { $0.isPreferred && ($0.nodes?.count ?? 1) == 1 } }
    }

    private func walk(_ lists: [[TopologyHint]], _ visit: ([TopologyHint]) -> Void) {
        func go(_ picked: [TopologyHint]) {
            if picked.count == lists.count { return visit(picked) }
            for hint in lists[picked.count] { go(picked + [hint]) }
        }
        go([])
    }

    private func merged(_ picked: [TopologyHint]) -> TopologyHint {
        let masks = picked.compactMap(\.nodes)
        var isPreferred = picked.allSatisfy(\.isPreferred)
        if options.semantics == .current, let first = masks.first, masks.contains(where: { $0 != first }) {
            isPreferred = false
        }
        return TopologyHint(nodes: masks.reduce(nodes) { $0.intersection($1) }, isPreferred: isPreferred)
    }

    private func isBetter(_ candidate: TopologyHint, than best: TopologyHint?, _ target: Int) -> Bool {
        guard let best, let mine = candidate.nodes, let theirs = best.nodes else { return true }
        if candidate.isPreferred != best.isPreferred { return candidate.isPreferred }
        if candidate.isPreferred || options.semantics == .kubelet1_23 || mine.count == theirs.count {
            return isCloser(mine, than: theirs)
        }
        if theirs.count > target { return mine.count < theirs.count }
        if theirs.count == target { return false }
        return mine.count <= target && mine.count > theirs.count
    }

    private func isCloser(_ mine: NUMANodeMask, than theirs: NUMANodeMask) -> Bool {
        if mine.count == theirs.count, options.preferClosestNUMANodes, options.policy != .singleNUMANode,
            options.semantics == .current, let distances
        {
            let (near, far) = (distances.sum(over: mine), distances.sum(over: theirs))
            if near != far { return near < far }
        }
        return mine.isNarrower(than: theirs)
    }
}
