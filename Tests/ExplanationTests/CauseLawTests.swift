// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import NUMACore
import TestSupport
import Testing

/// What holds for the cause of every refusal, whatever the machine, the providers and the pod.
@Suite("Law of causes")
struct CauseLawTests {
    static let generic = "does not admit what the hints allow"

    @Test("every refused merge has a specific, minimal cause that names its resources")
    func answersOfEveryForm() {
        var refused = 0
        for number in 0..<UInt64(TestEnvironment.cases(1000)) {
            let seed = TestEnvironment.seed &+ number
            var made = ExplanationCase(seed: seed)
            let answers = made.answers()
            let merger = HintMerger(nodes: made.nodes, options: made.options)
            guard !merger.merge(answers).admits else { continue }
            refused += 1
            let cause = Explanation(made.decision(about: answers)).units.first?.cause
            #expect(cause != nil, "seed \(seed): \(answers)")
            guard let cause else { continue }
            for shortage in cause.shortages {
                #expect(cause.text.contains(shortage.resource.rawValue), "seed \(seed): \(cause.text)")
            }
            let kept = answers.filter { answer in cause.shortages.contains { $0.resource == answer.resource } }
            #expect(!kept.isEmpty && !merger.merge(kept).admits, "seed \(seed): \(cause.text)")
            for left in kept {
                let fewer = kept.filter { $0.resource != left.resource }
                #expect(merger.merge(fewer).admits, "seed \(seed): without \(left.resource): \(cause.text)")
            }
        }
        #expect(refused > 0)
    }

    @Test("every refused pod has a specific cause, which vanishes without any one of its resources")
    func pods() {
        var refused = 0
        for number in 0..<UInt64(TestEnvironment.cases(500)) {
            let seed = TestEnvironment.seed &+ number
            var made = ExplanationCase(seed: seed)
            let node = made.inventory()
            let requests = made.requests()
            let trace = node.decide(requests)
            guard case .refused(let refusal) = trace.verdict, refusal.kind == .topologyAffinity else { continue }
            refused += 1
            let explanation = Explanation(trace)
            #expect(explanation == Explanation(trace))
            #expect(explanation.reason?.text.contains(Self.generic) == false, "seed \(seed): \(requests)")
            guard let cause = explanation.units.last?.cause else { continue }
            let names = cause.shortages.map(\.resource)
            for name in names {
                var fewer: ResourceAmounts = [:]
                for amount in requests where amount.resource != name && names.contains(amount.resource) {
                    fewer[amount.resource] = amount.quantity
                }
                #expect(node.decide(fewer).verdict.isAdmitted, "seed \(seed): without \(name): \(cause.text)")
            }
        }
        #expect(refused > 0)
    }
}
