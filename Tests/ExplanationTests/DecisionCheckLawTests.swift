// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import NUMACore
import TestSupport
import Testing

/// What an independent checker says of explanations, whatever the machine, the answers and the rules.
@Suite("Laws of checked explanations")
struct DecisionCheckLawTests {
    private let policies: [Policy] = [.bestEffort, .restricted, .singleNUMANode]

    @Test("Law: every explanation is accepted; of a cause no fact can be spared, of a witness no part")
    func generated() {
        var counts = (facts: 0, causes: 0, witnesses: 0)
        let cases = TestEnvironment.cases(800)
        for number in 0..<UInt64(cases > 10_000 ? 5 * cases : cases) {
            let seed = TestEnvironment.seed &+ number
            var made = ExplanationCase(seed: seed, policies: policies)
            let trace = made.decision(about: made.answers())
            let explanation = Explanation(trace)
            let checker = DecisionChecker(trace)
            let text = "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1"
            #expect(checker.objections(to: explanation) == [], "\(text): \(explanation.units)")
            guard let unit = explanation.units.first else { continue }
            if let cause = unit.cause {
                counts.causes += 1
                for index in cause.facts.indices {
                    counts.facts += 1
                    var less = explanation
                    less.units[0].cause?.facts.remove(at: index)
                    #expect(!checker.objections(to: less).isEmpty, "\(text): without \(cause.facts[index])")
                }
            }
            if let witness = unit.witness {
                counts.witnesses += 1
                for index in witness.uses.indices {
                    var less = explanation
                    less.units[0].witness?.uses.remove(at: index)
                    #expect(!checker.objections(to: less).isEmpty, "\(text): without \(witness.uses[index])")
                }
            }
        }
        print("checked: \(counts.causes) causes of \(counts.facts) facts, \(counts.witnesses) witnesses")
        #expect(counts.causes > 0 && counts.witnesses > 0)
    }

    @Test("Law: facts that say something else are not accepted")
    func falsified() {
        var tried = 0
        for number in 0..<UInt64(TestEnvironment.cases(400)) {
            var made = ExplanationCase(seed: TestEnvironment.seed &+ number, policies: policies)
            let trace = made.decision(about: made.answers())
            let explanation = Explanation(trace)
            for index in explanation.units.first?.cause?.facts.indices ?? 0..<0 {
                var other = explanation
                guard let fact = other.units[0].cause?.facts[index] else { continue }
                switch fact.kind {
                case .demand(let need, let narrowest):
                    other.units[0].cause?.facts[index].kind = .demand(need: need ^ 1, narrowest: narrowest)
                case .shortage(var place):
                    place.free ^= 1
                    other.units[0].cause?.facts[index].kind = .shortage(place)
                case .group, .reuse, .offers, .impossible:
                    other.units[0].cause?.facts[index].kind = .impossible(Reason("made up"))
                }
                tried += 1
                #expect(!DecisionChecker(trace).objections(to: other).isEmpty)
            }
        }
        #expect(tried > 0)
    }
}
