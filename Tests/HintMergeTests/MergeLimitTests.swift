// SPDX-License-Identifier: Apache-2.0

import HintMerge
import NUMACore
import TestSupport
import Testing

@Suite("The limit of steps, and large machines")
struct MergeLimitTests {
    /// Lists of which each leaves out one node of a pair, so that what is left is a puzzle: every pick
    /// is another mask, and the one that all could meet in is not offered by any.
    private func entangled(resources: Int) -> [ResourceAnswer] {
        var random = SeededGenerator(seed: 4)
        return (0..<resources).map { index in
            let hints = (0..<40).map { _ in
                let mask = NUMANodeMask((0..<60).filter { _ in Int.random(in: 0..<10, using: &random) > 0 })
                return TopologyHint(nodes: mask, isPreferred: false)
            }
            return ResourceAnswer(ResourceName("vendor.com/r\(index)"), .hints(hints))
        }
    }

    @Test("entangled lists are refused past the limit, and their resources named")
    func refused() {
        let answers = entangled(resources: 20) + [ResourceAnswer("cpu", .any)]
        for policy in [Policy.bestEffort, .restricted] {
            let options = MergeOptions(policy: policy, stepLimit: 20_000)
            let decision = HintMerger(nodes: NUMANodeMask(0..<60), options: options).merge(answers)
            #expect(!decision.admits)
            #expect(decision.unresolved == answers.dropLast().map(\.resource))
            #expect(decision.best == TopologyHint(nodes: NUMANodeMask(0..<60), isPreferred: false))
            #expect(decision.steps < 40_000)
        }
    }

    @Test("single-numa-node is never entangled")
    func singleNode() {
        let options = MergeOptions(policy: .singleNUMANode, stepLimit: 20_000)
        let decision = HintMerger(nodes: NUMANodeMask(0..<60), options: options).merge(
            entangled(resources: 20))
        #expect(decision.unresolved.isEmpty)
        #expect(!decision.admits)
    }

    /// One unit on each of the nodes from `first` on, of which so many are needed.
    private func capacity(_ need: UInt64, nodes: Int, freeFrom first: Int = 0) -> Capacity {
        Capacity(
            need: need, universe: NUMANodeMask(0..<nodes),
            pools: (0..<nodes).map { Capacity.Pool(nodes: [$0], free: $0 >= first ? 1 : 0, total: 1) })
    }

    @Test(
        "1,024 nodes by capacity: the lowest nodes that all have",
        arguments: [(1, 0), (3, 0), (3, 700), (16, 900)])
    func manyNodes(need: UInt64, first: Int) {
        let answers = [
            ResourceAnswer("cpu", .capacity(capacity(need, nodes: 1024))),
            ResourceAnswer("memory", .capacity(capacity(need, nodes: 1024, freeFrom: first))),
            ResourceAnswer("vendor.com/card", .capacity(capacity(need, nodes: 1024, freeFrom: first / 2))),
        ]
        let merger = HintMerger(nodes: NUMANodeMask(0..<1024), options: MergeOptions(policy: .restricted))
        let decision = merger.merge(answers)
        #expect(
            decision.best == TopologyHint(nodes: NUMANodeMask(first..<first + Int(need)), isPreferred: true))
        #expect(decision.admits)
        #expect(decision.steps < 20_000)
    }

    @Test("1,024 nodes by capacity: needs of different widths meet in the wider one, not preferred")
    func differentWidths() {
        let answers = [
            ResourceAnswer("cpu", .capacity(capacity(2, nodes: 1024, freeFrom: 100))),
            ResourceAnswer("memory", .capacity(capacity(3, nodes: 1024, freeFrom: 500))),
        ]
        let merger = HintMerger(nodes: NUMANodeMask(0..<1024), options: MergeOptions(policy: .bestEffort))
        let decision = merger.merge(answers)
        // Either leaves out some of the other's nodes; together they leave out all but the lowest three.
        #expect(decision.best == TopologyHint(nodes: [0, 1, 2], isPreferred: false))
        #expect(decision.steps < 1_000_000)
    }

    @Test("64 nodes, each resource on one node of its own and wider: the narrowest common mask")
    func wider() {
        let answers = (0..<4).map { index in
            ResourceAnswer(
                ResourceName("r\(index)"),
                .hints([TopologyHint(nodes: [index * 20], isPreferred: true, includesWider: true)]))
        }
        let merger = HintMerger(nodes: NUMANodeMask(0..<64), options: MergeOptions(policy: .bestEffort))
        let decision = merger.merge(answers)
        #expect(decision.best == TopologyHint(nodes: [0], isPreferred: false))
        #expect(decision.steps < 1000)
    }

    @Test("a machine without nodes, and a request without answers")
    func nothing() {
        let none = HintMerger(nodes: [], options: MergeOptions(policy: .restricted))
        #expect(!none.merge([]).admits)
        let noNode = HintMerger(nodes: [], options: MergeOptions(policy: .singleNUMANode)).merge([])
        #expect(noNode.best == TopologyHint(nodes: nil, isPreferred: false))
        #expect(!noNode.admits)
        let all = HintMerger(nodes: [0, 1], options: MergeOptions(policy: .restricted)).merge([])
        #expect(all.best == TopologyHint(nodes: [0, 1], isPreferred: true))
        let single = HintMerger(nodes: [0, 1], options: MergeOptions(policy: .singleNUMANode)).merge([])
        #expect(single.best == TopologyHint(nodes: nil, isPreferred: true))
        #expect(single.admits)
    }
}
