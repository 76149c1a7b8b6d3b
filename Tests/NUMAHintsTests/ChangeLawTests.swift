// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import Logging
import NUMACore
import ProviderHost
import TestSupport
import Testing

@testable import NUMAHints

/// What is said to let a refused pod in does, and looking for it changes nothing.
@Suite("Laws of changes")
struct ChangeLawTests {
    @Test("Law: every change, applied, admits; of a resource nothing more would; and nothing is left of the search")
    func changes() throws {
        var counts: [String: Int] = [:]
        for number in 0..<max(1, TestEnvironment.cases(3000) / 100) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            let text = "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1"
            let generated = GeneratedNode(&random, imitatesKubelet: Bool.random(using: &random))
            // The other one does not look for changes.
            var (node, other) = (try generated.node(), try generated.node())
            for step in 0..<8 {
                let pod = generated.pod("pod-\(step)", &random)
                let before = try held(by: other)
                let explanation = try #require(node.explain([pod], changes: 100).first)
                let plain = try #require(other.explain([pod]).first)
                #expect(explanation.trace == plain.trace, "\(text)")
                #expect(DecisionChecker(explanation.trace).objections(to: explanation) == [], "\(text)")
                #expect(explanation.units == plain.units && plain.changes == [], "\(text)")
                #expect(try BooksState(node.registry.providers) == BooksState(other.registry.providers), "\(text)")
                #expect(node.lost == [], "\(text)")
                #expect(explanation.changes.isEmpty || !plain.trace.verdict.isAdmitted, "\(text)")
                #expect(
                    zip(explanation.changes, explanation.changes.dropFirst()).allSatisfy {
                        !Change.isCheaper($1, than: $0)
                    }, "\(text)")
                for change in explanation.changes {
                    counts[change.word, default: 0] += 1
                    try check(change, pod, generated, before, "\(change), pod-\(step), \(text)")
                }
            }
        }
        print("changes tried: \(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
        #expect(
            TestEnvironment.cases(3000) < 3000 || (counts["request"] != nil && counts["policy"] != nil), "\(counts)")
    }

    private typealias Held = (pods: [LedgerPod], memory: [LedgerMemory])

    private func held(by node: Node) throws -> Held {
        let pods = node.residents.enumerated().map { index, resident in
            LedgerPod(
                sequence: UInt64(index), state: .committed,
                admission: LedgerAdmission(pod: resident.pod, pieces: resident.pieces, time: ""))
        }
        let memory = try node.registry.providers.map { provider in
            LedgerMemory(provider: provider.id, states: try provider.memoryStates())
        }
        return (pods, memory)
    }

    /// Decides on a node of its own.
    private func check(
        _ change: Change, _ pod: PodSpec, _ generated: GeneratedNode, _ held: Held, _ text: String
    ) throws {
        func decide(_ pod: PodSpec, _ adjust: (inout NodeSettings) -> Void = { _ in }, without gone: String? = nil)
            throws -> DecisionTrace
        {
            var node = try generated.node(adjust)
            #expect(try node.restore(held.pods, held.memory) == [], "\(text)")
            if let gone, let leaving = held.pods.first(where: { $0.uid == gone }) {
                #expect(node.admission.release(leaving.admission.pod).isEmpty, "\(text)")
            }
            return try #require(node.explain([pod]).first?.trace)
        }
        func asking(_ amount: UInt64, of resource: ResourceName, by container: String) throws -> PodSpec {
            let index = try #require(pod.containers.firstIndex { $0.name == container })
            var other = pod
            other.containers[index].requests[resource] = amount
            if other.containers[index].limits[resource] != nil { other.containers[index].limits[resource] = amount }
            return other
        }
        let trace: DecisionTrace
        switch change.kind {
        case .request(let container, let resource, let from, let to):
            #expect(0 < to && to < from && pod.containers.contains { $0.requests[resource] == from }, "\(text)")
            trace = try decide(asking(to, of: resource, by: container))
            let more = to + (resource == .cpu ? 1000 : 1)
            if resource.unit != .bytes, more < from {
                let verdict = try decide(asking(more, of: resource, by: container)).verdict
                #expect(!verdict.isAdmitted, "a smaller change would do, \(text)")
            }
        case .holder(let uid, _, let frees):
            #expect(!frees.isEmpty, "\(text)")
            trace = try decide(pod, without: uid)
        case .scope(let scope): trace = try decide(pod, { $0.admission.scope = scope })
        case .policy(let policy): trace = try decide(pod, { $0.admission.merge.policy = policy })
        }
        #expect(trace.verdict.isAdmitted, "\(trace.verdict), \(text)")
        let masks = Set(trace.units.compactMap { $0.merge?.best.nodes })
        if let nodes = change.nodes { #expect(masks == [nodes], "\(text)") }
    }
}

extension Change {
    fileprivate var word: String {
        switch kind {
        case .request: "request"
        case .holder: "holder"
        case .scope: "scope"
        case .policy: "policy"
        }
    }
}
