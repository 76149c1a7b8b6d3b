// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Says by lists what answers say by rule: every mask is looked at, as the definitions have it.
///
/// Slow and obvious on purpose; up to about ten nodes.
public struct HintEnumeration {
    public let machine: NUMANodeMask

    public init(machine: NUMANodeMask) { self.machine = machine }

    /// The same answers, with nothing but plain hints, "no preference" and "impossible" in them.
    public func explicit(_ answers: [ResourceAnswer]) -> [ResourceAnswer] {
        answers.map { answer in
            switch answer.placement {
            case .any, .impossible: answer
            case .hints(let hints): ResourceAnswer(answer.resource, .hints(hints.flatMap(widened)))
            case .capacity(let capacity):
                ResourceAnswer(answer.resource, placement(of: capacity, among: answers))
            }
        }
    }

    private func widened(_ hint: TopologyHint) -> [TopologyHint] {
        guard let nodes = hint.nodes, hint.includesWider else { return [hint] }
        let wider = subsets(of: machine.subtracting(nodes)).filter { !$0.isEmpty }.map {
            TopologyHint(nodes: nodes.union($0), isPreferred: false)
        }
        return [TopologyHint(nodes: nodes, isPreferred: hint.isPreferred)] + wider
    }

    private func placement(of capacity: Capacity, among answers: [ResourceAnswer]) -> ResourceAnswer.Placement {
        var members = [capacity]
        if let joint = capacity.joint {
            members = answers.compactMap { answer in
                if case .capacity(let other) = answer.placement, other.joint == joint { other } else { nil }
            }
        }
        let universe = members.reduce(machine) { $0.intersection($1.universe) }
        let masks = subsets(of: universe).filter { !$0.isEmpty }
        let sufficient = masks.filter { mask in members.allSatisfy { isSufficient(mask, $0) } }
        let smallest = sufficient.map(\.count).min()
        let offered = sufficient.filter { mask in members.allSatisfy { isOffered(mask, $0) } }
        if offered.isEmpty { return capacity.elseAny ? .any : .impossible(Reason("not enough")) }
        return .hints(offered.map { TopologyHint(nodes: $0, isPreferred: $0.count == smallest) })
    }

    private func isSufficient(_ mask: NUMANodeMask, _ capacity: Capacity) -> Bool {
        sum(mask, capacity, \.total) >= capacity.need
    }

    private func isOffered(_ mask: NUMANodeMask, _ capacity: Capacity) -> Bool {
        sum(mask, capacity, \.free) >= capacity.need
            && capacity.mustMeet.allSatisfy { $0.intersects(mask) }
            && capacity.groups.allSatisfy { !$0.intersects(mask) || $0 == mask }
    }

    private func sum(_ mask: NUMANodeMask, _ capacity: Capacity, _ amount: KeyPath<Capacity.Pool, UInt64>)
        -> UInt64
    {
        let met = capacity.pools.filter { $0.nodes.intersects(mask) }
        let exact = capacity.exact.filter { $0.nodes == mask }
        return (met + exact).reduce(0) { $0.addingClamped($1[keyPath: amount]) }
    }

    private func subsets(of mask: NUMANodeMask) -> [NUMANodeMask] {
        mask.reduce([NUMANodeMask()]) { subsets, node in
            subsets + subsets.map { $0.union([node]) }
        }
    }
}
