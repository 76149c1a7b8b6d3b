// SPDX-License-Identifier: Apache-2.0

import HintMerge
import NUMACore
import TestSupport

/// How long a merge takes, against the product of the lists where that can be walked at all.
enum MergeBench {
    /// The product is walked up to this many combinations.
    private static let feasible = 2_000_000

    static var groups: [BenchGroup] {
        [
            BenchGroup(
                title: "merge, every mask offered by every resource; ratio to the product of the lists"
            ) {
                everyMask()
            },
            BenchGroup(title: "merge, 64 nodes x 8 resources") { sixtyFour() },
            BenchGroup(title: "merge, 1,024 nodes, compact") { thousand() },
        ]
    }

    private static func row(
        _ name: String, nodes: Int, _ answers: [ResourceAnswer], policy: Policy = .restricted,
        distances: Distances? = nil, comparesWithProduct: Bool = false
    ) -> BenchRow {
        let options = MergeOptions(policy: policy, preferClosestNUMANodes: distances != nil)
        let machine = NUMANodeMask(0..<nodes)
        let merger = HintMerger(nodes: machine, distances: distances, options: options)
        let decision = merger.merge(answers)
        let time = Bench.median { _ = merger.merge(answers) }
        let note =
            "\(decision.steps) of \(options.stepLimit) steps"
            + (decision.unresolved.isEmpty ? "" : ", REFUSED")
        guard comparesWithProduct else { return BenchRow(name: name, time: time, comparison: "", note: note) }
        let oracle = MergeOracle(nodes: machine, distances: distances, options: options)
        let combinations = oracle.combinations(answers)
        guard combinations <= feasible else {
            return BenchRow(
                name: name, time: time, comparison: "not feasible: \(combinations) combinations", note: note)
        }
        let product = Bench.once { _ = oracle.merge(answers) }
        return BenchRow(
            name: name, time: time,
            comparison: "\(Bench.rounded(product / time)) times faster, \(combinations) combinations",
            note: note)
    }

    private static func everyMask() -> [BenchRow] {
        var rows: [BenchRow] = []
        for nodes in [2, 4, 8] {
            for resources in [2, 3, 5, 8] {
                for isAligned in [true, false] {
                    let answers = (0..<resources).map { index in
                        let answer = ResourceName("r\(index)")
                        return ResourceAnswer(
                            answer, .hints(allMasks(nodes, preferred: isAligned ? nil : index % nodes)))
                    }
                    let name = "\(nodes) nodes x \(resources) x \(1 << nodes - 1), "
                    rows.append(
                        row(
                            name + (isAligned ? "preferred" : "not preferred"), nodes: nodes, answers,
                            comparesWithProduct: true))
                }
            }
        }
        return rows
    }

    /// Every mask, in the order of a provider; single nodes are preferred, or only one of them.
    private static func allMasks(_ nodes: Int, preferred: Int?) -> [TopologyHint] {
        var masks: [NUMANodeMask] = []
        for word in 1..<UInt64(1) << UInt64(nodes) { masks.append(NUMANodeMask(bits: BitWords(low: word))) }
        masks.sort { left, right in
            if left.count != right.count { return left.count < right.count }
            return left.members.lexicographicallyPrecedes(right.members)
        }
        return masks.map { mask in
            let isWanted = preferred.map { mask.contains($0) } ?? true
            return TopologyHint(nodes: mask, isPreferred: mask.count == 1 && isWanted)
        }
    }

    private static func sixtyFour() -> [BenchRow] {
        func answers(_ hints: (Int) -> [TopologyHint]) -> [ResourceAnswer] {
            (0..<8).map { ResourceAnswer(ResourceName("r\($0)"), .hints(hints($0))) }
        }
        let singles = answers { _ in (0..<64).map { TopologyHint(nodes: [$0], isPreferred: true) } }
        let other = answers { index in
            (0..<64).map { TopologyHint(nodes: [$0], isPreferred: $0 % 8 == index) }
        }
        let wider = answers { index in
            (0..<64).map { TopologyHint(nodes: [$0], isPreferred: $0 % 8 == index, includesWider: true) }
        }
        return [
            row("64 single-node hints, preferred", nodes: 64, singles),
            row("64 single-node hints, not preferred", nodes: 64, other),
            row("64 hints and wider, not preferred", nodes: 64, wider),
            row("capacity, one node each", nodes: 64, capacities(64, needs: Array(repeating: 1, count: 8))),
            row(
                "capacity, 1 to 8 nodes", nodes: 64, capacities(64, needs: Array(1...8)), policy: .bestEffort),
            row(
                "capacity, 4 nodes, closest", nodes: 64, capacities(64, needs: Array(repeating: 4, count: 8)),
                distances: distances(64)),
        ]
    }

    private static func thousand() -> [BenchRow] {
        [
            row("capacity, one node each", nodes: 1024, capacities(1024, needs: [1, 1, 1, 1])),
            row(
                "capacity, 16 nodes each, low ones busy", nodes: 1024,
                capacities(1024, needs: [16, 16], from: 700)),
            row(
                "capacity, 1 to 4 nodes, low ones busy", nodes: 1024,
                capacities(1024, needs: [1, 2, 3, 4], from: 700),
                policy: .bestEffort),
            row(
                "capacity and a card on one node, and wider", nodes: 1024,
                capacities(1024, needs: [2, 2]) + [
                    ResourceAnswer(
                        "card", .hints([TopologyHint(nodes: [900], isPreferred: true, includesWider: true)]))
                ], policy: .bestEffort),
        ]
    }

    /// One unit on every node, free from a node on, of which each resource needs so many.
    private static func capacities(_ nodes: Int, needs: [UInt64], from first: Int = 0) -> [ResourceAnswer] {
        needs.enumerated().map { index, need in
            let pools = (0..<nodes).map { Capacity.Pool(nodes: [$0], free: $0 < first ? 0 : 1, total: 1) }
            return ResourceAnswer(
                ResourceName("r\(index)"),
                .capacity(Capacity(need: need, universe: NUMANodeMask(0..<nodes), pools: pools)))
        }
    }

    /// Boards of four nodes.
    private static func distances(_ nodes: Int) -> Distances? {
        Distances(
            nodes: Array(0..<nodes),
            rows: (0..<nodes).map { row in
                (0..<nodes).map { $0 == row ? 10 : $0 / 4 == row / 4 ? 12 : 32 }
            })
    }
}
