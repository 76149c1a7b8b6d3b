// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import NUMACore
import ProviderHost
import TestSupport
import Testing

@testable import NUMAHints

/// What is said to let a refused pod in, or to align one, does; nothing cheaper of its kind does, and looking for it changes
/// nothing.
@Suite("Laws of changes")
struct ChangeLawTests {
    @Test("Law: every change, applied, does; a smaller one does not; and nothing is left of the search")
    func changes() throws {
        let cases = TestEnvironment.cases(3000)
        var counts: [String: Int] = [:]
        for number in 0..<max(1, cases / (cases > 10_000 ? 100 : 300)) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            let text = "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1"
            let generated = GeneratedNode(&random, imitatesKubelet: Bool.random(using: &random))
            // The other one does not look for changes.
            var (node, other) = (try generated.node(), try generated.node())
            for step in 0..<8 {
                let pod = generated.pod("pod-\(step)", &random)
                let trial = try ChangeTrial(generated, as: other)
                let explanation = try #require(node.explain([pod], changes: 100).first)
                let plain = try #require(other.explain([pod]).first)
                #expect(explanation.trace == plain.trace, "\(text)")
                #expect(DecisionChecker(explanation.trace).objections(to: explanation) == [], "\(text)")
                #expect(explanation.units == plain.units && plain.changes == [], "\(text)")
                #expect(try BooksState(node.registry.providers) == BooksState(other.registry.providers), "\(text)")
                #expect(node.lost == [], "\(text)")
                #expect(
                    zip(explanation.changes, explanation.changes.dropFirst()).allSatisfy {
                        !Change.isCheaper($1, than: $0)
                    }, "\(text)")
                for change in explanation.changes {
                    counts[change.kind.word, default: 0] += 1
                    try check(change, pod, trial, of: explanation, "\(change), pod-\(step), \(text)")
                }
                for slack in explanation.slack {
                    counts["slack", default: 0] += 1
                    try check(slack, pod, trial, of: explanation, "\(slack), pod-\(step), \(text)")
                }
            }
        }
        print("changes tried: \(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
        #expect(cases < 3000 || counts.count >= 4, "\(counts)")
    }

    @Test("Law: no other single change does, and none of the same kind is smaller")
    func exhaustive() throws {
        // Amounts of bytes are looked for by halves: those that do between others that do not can be missed.
        var (tried, found, missed) = (0, 0, 0)
        let cases = TestEnvironment.cases(1500)
        for number in 0..<max(1, cases / 500) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            let text = "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1"
            let generated = GeneratedNode(&random, imitatesKubelet: Bool.random(using: &random))
            var node = try generated.node()
            for step in 0..<6 {
                let pod = generated.pod("pod-\(step)", &random)
                let trial = try ChangeTrial(generated, as: node)
                let explanation = try #require(node.explain([pod], changes: 100).first)
                guard case .refused(let refusal) = explanation.trace.verdict else { continue }
                guard [.topologyAffinity, .allocation].contains(refusal.kind) else { continue }
                var candidates = ChangeCandidates(generated, pod, trial.pods).all
                // All of them take a while.
                if cases < 3000 { candidates = Array(candidates.shuffled(using: &random).prefix(12)) }
                for kind in candidates {
                    tried += 1
                    guard let trace = try trial.decide(pod, kind), trace.verdict.isAdmitted else { continue }
                    found += 1
                    let isFound = explanation.changes.contains { $0.kind.isAtMost(kind) }
                    if !isFound, kind.isOfBytes { missed += 1 }
                    #expect(
                        isFound || kind.isOfBytes,
                        "\(kind) is not found for pod-\(step), \(explanation.changes.map(\.kind)), \(text)")
                }
            }
        }
        print(
            "single changes: \(found) of \(tried) admit; \(missed) of them are neither found nor larger than one that is"
        )
        #expect(tried > 0 && (found < 100 || missed * 50 <= found))
    }

    /// Decides on a node of its own.
    private func check(
        _ change: Change, _ pod: PodSpec, _ trial: ChangeTrial, of explained: Explanation, _ text: String
    ) throws {
        let wasRefused = !explained.trace.verdict.isAdmitted
        func does(_ kind: Change.Kind) throws -> Bool {
            guard let trace = try trial.decide(pod, kind) else { return false }
            return trace.verdict.isAdmitted && (wasRefused || trace.isAligned)
        }
        let trace = try #require(try trial.decide(pod, change.kind), "\(text)")
        #expect(trace.verdict.isAdmitted && (wasRefused || trace.isAligned), "\(trace.verdict), \(text)")
        let masks = Set(trace.units.compactMap { $0.merge?.best.nodes })
        if let nodes = change.nodes { #expect(masks == [nodes], "\(text)") }
        switch change.kind {
        case .request(let container, let resource, let from, let to):
            #expect(0 < to && to < from && pod.containers.contains { $0.requests[resource] == from }, "\(text)")
            let more = to + (resource == .cpu ? 1000 : 1)
            guard resource.unit != .bytes, more < from else { return }
            #expect(try !does(.request(container: container, resource, from: from, to: more)), "\(text)")
        case .supply(let resource, let node, let more):
            let less = more - (resource.hugepageSize ?? 1)
            #expect(try less == 0 || !does(.supply(resource, node: node, more: less)), "\(text)")
        case .reserve(let resource, let node, let from, let to):
            #expect(to < from, "\(text)")
            let step = resource == .cpu ? 1000 : resource.hugepageSize ?? 1 << 20
            #expect(
                try from - to <= step || !does(.reserve(resource, node: node, from: from, to: to + step)), "\(text)")
        case .holder(_, _, let frees): #expect(!frees.isEmpty, "\(text)")
        case .scope, .option, .policy: break
        }
    }

    private func check(
        _ slack: Slack, _ pod: PodSpec, _ trial: ChangeTrial, of explained: Explanation, _ text: String
    ) throws {
        func does(_ amount: UInt64) throws -> Bool {
            let other = pod.asking(amount, of: slack.resource, slack.container)
            guard let trace = try trial.decide(other) else { return false }
            return trace.verdict.isAdmitted && (!explained.trace.isAligned || trace.isAligned)
        }
        #expect(slack.most >= slack.requested, "\(text)")
        #expect(try does(slack.most), "\(text)")
        let step =
            slack.resource == .cpu ? 1000 : slack.resource == .memory ? 1 << 20 : slack.resource.hugepageSize ?? 1
        #expect(try !does(slack.most + step), "\(text)")
    }
}

/// Single changes of a node of at most four nodes, one after another.
private struct ChangeCandidates {
    var all: [Change.Kind] = []

    init(_ generated: GeneratedNode, _ pod: PodSpec, _ pods: [LedgerPod]) {
        all += Scope.allCases.filter { $0 != generated.admissionSettings.scope }.map { .scope($0) }
        all += pods.map { .holder(uid: $0.uid, name: $0.uid, frees: []) }
        for container in pod.containers {
            for (resource, asked) in container.requests.map({ ($0.resource, $0.quantity) }) {
                let step: UInt64 = resource == .cpu ? 1000 : resource.unit == .bytes ? 1 << 28 : 1
                all += stride(from: step, to: asked, by: Int(step)).map {
                    .request(container: container.name, resource, from: asked, to: $0)
                }
                guard resource != .cpu, resource != .memory else { continue }
                for node in generated.machine.nodeMask {
                    all += stride(from: step, through: asked, by: Int(step)).map {
                        .supply(resource, node: node, more: $0)
                    }
                }
            }
        }
    }
}

extension Change.Kind {
    fileprivate var word: String {
        switch self {
        case .request: "request"
        case .holder: "holder"
        case .supply: "supply"
        case .reserve: "reserve"
        case .scope: "scope"
        case .option: "option"
        case .policy: "policy"
        }
    }

    fileprivate var isOfBytes: Bool {
        switch self {
        case .request(_, let resource, _, _), .supply(let resource, _, _): resource.unit == .bytes
        case .holder, .option, .policy, .reserve, .scope: false
        }
    }

    /// Whether it is of the same kind about the same thing, and no larger.
    fileprivate func isAtMost(_ other: Change.Kind) -> Bool {
        switch (self, other) {
        case (.request(let one, let what, _, let to), .request(let two, let that, _, let less)):
            one == two && what == that && to >= less
        case (.supply(let what, let node, let more), .supply(let that, let place, let most)):
            what == that && node == place && more <= most
        case (.holder(let one, _, _), .holder(let two, _, _)): one == two
        default: self == other
        }
    }
}

extension DecisionTrace {
    fileprivate var isAligned: Bool { units.allSatisfy { $0.merge?.best.isPreferred ?? true } }
}
