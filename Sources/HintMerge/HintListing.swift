// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Says one by one which masks answers offer, as the kubelet's providers would list them: for people and for
/// records; the merge needs no lists.
public struct HintListing {
    /// The machine's nodes.
    public let nodes: NUMANodeMask

    /// Lists of more than 2 to this power masks are not made.
    public static let mostNodes = 16

    public init(nodes: NUMANodeMask) { self.nodes = nodes }

    /// The same answers with nothing but plain hints, "no preference" and "impossible" in them; an answer over too
    /// many nodes to be listed stays as it is. Hints ascend by node count, then by the list of nodes.
    public func explicit(_ answers: [ResourceAnswer]) -> [ResourceAnswer] {
        answers.map { answer in
            switch answer.placement {
            case .any, .impossible: return answer
            case .hints(let hints):
                guard nodes.count <= Self.mostNodes, hints.contains(where: \.includesWider) else { return answer }
                return ResourceAnswer(answer.resource, .hints(widened(hints)))
            case .capacity(let capacity):
                return listed(capacity, among: answers).map { ResourceAnswer(answer.resource, $0) } ?? answer
            }
        }
    }

    /// Every mask that a hint gives, once.
    private func widened(_ hints: [TopologyHint]) -> [TopologyHint] {
        let plain = hints.filter { $0.nodes == nil }
        let masks = subsets(of: nodes).filter { mask in
            hints.contains { $0.nodes == mask || $0.includesWider && $0.nodes?.isSubset(of: mask) == true }
        }
        return plain
            + masks.map { mask in
                TopologyHint(nodes: mask, isPreferred: hints.contains { $0.nodes == mask && $0.isPreferred })
            }
    }

    private func listed(_ capacity: Capacity, among answers: [ResourceAnswer]) -> ResourceAnswer.Placement? {
        var members = [capacity]
        if let joint = capacity.joint {
            members = answers.compactMap {
                if case .capacity(let other) = $0.placement, other.joint == joint { other } else { nil }
            }
        }
        let universe = members.reduce(nodes) { $0.intersection($1.universe) }
        guard universe.count <= Self.mostNodes else { return nil }
        var fewest = Int.max
        var offered: [NUMANodeMask] = []
        for mask in subsets(of: universe) {
            guard members.allSatisfy({ sum($0, mask, \.total) >= $0.need }) else { continue }
            fewest = min(fewest, mask.count)
            if members.allSatisfy({ isOffered($0, mask) }) { offered.append(mask) }
        }
        guard !offered.isEmpty else {
            return capacity.elseAny
                ? .any : .impossible(Reason("no set of nodes has enough free", code: "no-mask-fits"))
        }
        return .hints(offered.map { TopologyHint(nodes: $0, isPreferred: $0.count == fewest) })
    }

    private func isOffered(_ capacity: Capacity, _ mask: NUMANodeMask) -> Bool {
        sum(capacity, mask, \.free) >= capacity.need
            && capacity.mustMeet.allSatisfy { $0.intersects(mask) }
            && capacity.groups.allSatisfy { !$0.intersects(mask) || $0 == mask }
    }

    private func sum(
        _ capacity: Capacity, _ mask: NUMANodeMask, _ amount: KeyPath<Capacity.Pool, UInt64>
    ) -> UInt64 {
        var sum: UInt64 = 0
        for pool in capacity.pools where pool.nodes.intersects(mask) { sum = sum.addingClamped(pool[keyPath: amount]) }
        for pool in capacity.exact where pool.nodes == mask { sum = sum.addingClamped(pool[keyPath: amount]) }
        return sum
    }

    /// Every non-empty subset, by node count, then by the list of nodes.
    private func subsets(of mask: NUMANodeMask) -> [NUMANodeMask] {
        mask.reduce([NUMANodeMask()]) { subsets, node in subsets + subsets.map { $0.union([node]) } }
            .dropFirst()
            .sorted { $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count }
    }
}
