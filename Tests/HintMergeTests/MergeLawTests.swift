// SPDX-License-Identifier: Apache-2.0

import HintMerge
import NUMACore
import TestSupport
import Testing

@Suite("The merge and its oracle, over generated answers")
struct MergeLawTests {
    /// How a merge is made to take each of its ways.
    enum Way: String, CaseIterable {
        case usual, search, wide
    }

    private func merge(
        _ answers: [ResourceAnswer], _ oracle: MergeOracle, _ way: Way = .usual
    ) -> MergeDecision {
        var merger = HintMerger(nodes: oracle.nodes, distances: oracle.distances, options: oracle.options)
        if way != .usual { merger.mostNodesInTable = 0 }
        merger.usesWords = way != .wide
        return merger.merge(answers)
    }

    /// Compares every way of merging with the oracle; says how many combinations that tried.
    private func compare(
        _ answers: [ResourceAnswer], _ oracle: MergeOracle, _ comment: Comment, most: Int
    ) -> Int {
        let lists = HintEnumeration(machine: oracle.nodes).explicit(answers)
        let combinations = oracle.combinations(lists)
        // Beyond what the product allows, the forms are held against the lists that they stand for.
        let expected = combinations <= most ? oracle.merge(lists) : merge(lists, oracle)
        for way in Way.allCases {
            let decision = merge(answers, oracle, way)
            #expect(
                decision.unresolved.isEmpty && decision.best == expected.best
                    && decision.admits == expected.admits,
                "\(comment) \(way): \(decision) instead of \(expected) for \(oracle) \(answers)")
        }
        return combinations <= most ? combinations : 0
    }

    @Test("Plain lists: as the product of the lists has it")
    func plainLists() {
        var combinations = 0
        for index in 0..<TestEnvironment.cases(1000) {
            let seed = TestEnvironment.seed &+ UInt64(index)
            var generator = AnswerGenerator(seed: seed)
            let oracle = MergeOracle(
                nodes: generator.nodes, distances: generator.distances, options: generator.options())
            let answers = generator.explicitAnswers(most: 9)
            combinations += compare(answers, oracle, "seed \(seed)", most: 20_000)
        }
        print("plain lists: \(combinations) combinations tried")
    }

    @Test("Every form: as the enumeration that it stands for")
    func everyForm() {
        var combinations = 0
        for index in 0..<TestEnvironment.cases(1000) {
            let seed = TestEnvironment.seed &+ UInt64(index)
            var generator = AnswerGenerator(seed: seed, mostNodes: index % 4 == 0 ? 8 : 6)
            let oracle = MergeOracle(
                nodes: generator.nodes, distances: generator.distances, options: generator.options())
            combinations += compare(generator.answers(), oracle, "seed \(seed)", most: 20_000)
        }
        print("every form: \(combinations) combinations tried")
    }

    @Test("The order of resources and hints does not matter")
    func permutations() {
        for index in 0..<TestEnvironment.cases(300) {
            let seed = TestEnvironment.seed &+ UInt64(index)
            var generator = AnswerGenerator(seed: seed)
            let oracle = MergeOracle(
                nodes: generator.nodes, distances: generator.distances, options: generator.options())
            let answers = generator.answers()
            let decision = merge(answers, oracle)
            for way in Way.allCases {
                let other = merge(generator.shuffled(answers), oracle, way)
                #expect(decision.best == other.best && decision.admits == other.admits, "seed \(seed) \(way)")
            }
        }
    }

    @Test("Searches and tables agree on machines too large for the product")
    func largerMachines() {
        for index in 0..<TestEnvironment.cases(150) {
            let seed = TestEnvironment.seed &+ UInt64(index)
            var generator = AnswerGenerator(seed: seed, mostNodes: 12)
            var merger = HintMerger(
                nodes: generator.nodes, distances: generator.distances, options: generator.options())
            let answers = generator.answers()
            merger.mostNodesInTable = 0
            let searched = merger.merge(answers)
            merger.mostNodesInTable = 12
            let tabled = merger.merge(answers)
            #expect(
                searched.best == tabled.best && searched.unresolved.isEmpty,
                "seed \(seed): \(searched) instead of \(tabled) for \(merger) \(answers)")
            #expect(searched.steps < 1_000_000, "seed \(seed)")
        }
    }
}
