// SPDX-License-Identifier: Apache-2.0

import HintMerge
import NUMACore
import Recordings
import TestSupport
import Testing

@Suite("MergeVector: the merge and the kubelet's decisions")
struct MergeVectorTests {
    @Test("the kubelet's topology-merge")
    func vectors() throws {
        var cases = 0
        for text in try vectorData("topology-merge.jsonl").split(separator: UInt8(ascii: "\n")) {
            let line = try MergeLine(text)
            let policy = try #require(Policy(rawValue: line.policy))
            let expected = try #require(line.expectation)
            let options = MergeOptions(policy: policy, preferClosestNUMANodes: line.prefersClosestNUMANodes)
            for mostNodes in [0, 8] {
                var merger = HintMerger(nodes: line.nodes, distances: line.distances, options: options)
                merger.mostNodesInTable = mostNodes
                let decision = merger.merge(line.answers)
                #expect(
                    decision.best == expected.best && decision.admits == expected.admits,
                    "\(line.id): \(decision) instead of \(expected)")
            }
            cases += 1
        }
        print("topology-merge.jsonl: \(cases) cases")
        #expect(cases > 0)
    }

    /// One decision that somebody saw a kubelet take.
    struct Seen: Sendable, CustomTestStringConvertible {
        var name: String
        var nodes: Int
        var policy: Policy
        var semantics = MergeSemantics.current
        /// For each resource its hints: the nodes, and whether they are preferred.
        var hints: [(ResourceName, [([Int], Bool)])]
        var best: TopologyHint
        var admits: Bool

        var testDescription: String { name }
    }

    /// Facts of public issue threads and logs, retyped.
    static let seen = [
        Seen(
            name: "free CPUs on node 1, free memory on node 0", nodes: 2, policy: .singleNUMANode,
            hints: [("cpu", [([1], true), ([0, 1], false)]), ("memory", [([0], true)])],
            best: TopologyHint(nodes: nil, isPreferred: false), admits: false),
        Seen(
            name: "kubernetes issue 136431: devices and CPUs need both nodes, memory one", nodes: 2,
            policy: .bestEffort,
            hints: [
                ("stelia.io/nvidia-l40s", [([0, 1], true)]), ("cpu", [([0, 1], true)]),
                ("hugepages-2Mi", [([0], true), ([1], true)]), ("memory", [([0], true), ([1], true)]),
            ],
            best: TopologyHint(nodes: [0], isPreferred: false), admits: true),
        Seen(
            name: "a kubelet of 2020: preferred masks need not be equal", nodes: 2, policy: .restricted,
            semantics: .kubelet1_23,
            hints: [
                ("nvidia.com/gpu", [([0], true), ([1], true), ([0, 1], false)]), ("cpu", [([0, 1], true)]),
            ],
            best: TopologyHint(nodes: [0], isPreferred: true), admits: true),
        Seen(
            name: "the same today: preferred masks must be equal", nodes: 2, policy: .restricted,
            hints: [
                ("nvidia.com/gpu", [([0], true), ([1], true), ([0, 1], false)]), ("cpu", [([0, 1], true)]),
            ],
            best: TopologyHint(nodes: [0, 1], isPreferred: false), admits: false),
        Seen(
            name: "kubernetes issue 128708: one CPU fits either node", nodes: 2, policy: .restricted,
            hints: [("cpu", [([0], true), ([1], true), ([0, 1], false)])],
            best: TopologyHint(nodes: [0], isPreferred: true), admits: true),
    ]

    @Test("Decisions that were seen", arguments: seen)
    func seenDecisions(_ seen: Seen) {
        let answers = seen.hints.map { resource, hints in
            ResourceAnswer(
                resource, .hints(hints.map { TopologyHint(nodes: NUMANodeMask($0), isPreferred: $1) }))
        }
        let merger = HintMerger(
            nodes: NUMANodeMask(0..<seen.nodes),
            options: MergeOptions(policy: seen.policy, semantics: seen.semantics))
        let decision = merger.merge(answers)
        #expect(decision.best == seen.best)
        #expect(decision.admits == seen.admits)
    }

    @Test("kubernetes issue 131738: 255 hints from each of four on 8 nodes take 21 minutes as a product")
    func blowUp() {
        let masks = (1...255).map { NUMANodeMask(bits: BitWords(low: UInt64($0))) }
        let answers = (0..<4).map { index in
            ResourceAnswer(
                ResourceName("r\(index)"),
                .hints(masks.map { TopologyHint(nodes: $0, isPreferred: $0 == [index * 2]) }))
        }
        for mostNodes in [0, 8] {
            var merger = HintMerger(nodes: NUMANodeMask(0..<8), options: MergeOptions(policy: .restricted))
            merger.mostNodesInTable = mostNodes
            let decision = merger.merge(answers)
            #expect(decision.best == TopologyHint(nodes: [0], isPreferred: false))
            #expect(!decision.admits)
            #expect(decision.steps < 10_000)
        }
    }
}
