// SPDX-License-Identifier: Apache-2.0

import Admission
import DeviceChoice
import Explanation
import Foundation
import HintMerge
import JSONWriting
import NUMACore
import Presentation
import TestSupport
import Testing

/// What a ledger keeps of a decision is written by hand; `Encodable` says what it is to be.
@Suite("Decision as stored")
struct StoredDecisionTests {
    @Test("Law: what writes itself is what Foundation's encoder writes, byte for byte")
    func law() throws {
        var verdicts: Set<String> = []
        for number in 0..<TestEnvironment.cases(300) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            let explanation = random.explanation()
            verdicts.insert(explanation.trace.verdict.isAdmitted ? "admitted" : "refused")
            let stored = StoredDecision(explanation, time: "2026-01-31T12:00:00Z")
            #expect(try stored.json() == Self.slow(stored), "NUMA_HINTS_SEED=\(seed)")
            let time = Bool.random(using: &random) ? random.word() : nil
            let report = ExplanationReport([explanation, explanation], warnings: [random.word()], time: time)
            #expect(try report.json() == Self.slow(report), "NUMA_HINTS_SEED=\(seed)")
        }
        #expect(verdicts == ["admitted", "refused"])
    }

    private static func slow(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

extension SeededGenerator {
    fileprivate mutating func word() -> String {
        ["a", "node 0", "\"b\"", "c\\d", "line\n", "\u{1}", "\u{e9}", ""].randomElement(using: &self) ?? ""
    }

    fileprivate mutating func number() -> UInt64 {
        [0, 1, 7, 1 << 30, .max].randomElement(using: &self) ?? 0
    }

    private mutating func some<Value>(_ make: (inout SeededGenerator) -> Value) -> [Value] {
        (0..<Int.random(in: 0...3, using: &self)).map { _ in make(&self) }
    }

    private mutating func perhaps<Value>(_ make: (inout SeededGenerator) -> Value) -> Value? {
        Bool.random(using: &self) ? make(&self) : nil
    }

    private mutating func mask() -> NUMANodeMask {
        NUMANodeMask((0..<4).filter { _ in Bool.random(using: &self) })
    }

    private mutating func hint() -> TopologyHint {
        TopologyHint(
            nodes: perhaps { $0.mask() }, isPreferred: Bool.random(using: &self),
            includesWider: Bool.random(using: &self))
    }

    private mutating func reason() -> Reason {
        Reason(word(), code: perhaps { $0.word() }, facts: some { Reason.Fact($0.word(), $0.word()) })
    }

    /// One that a walk made, with all that such a walk on one resource does not lead to.
    fileprivate mutating func explanation() -> Explanation {
        let need = UInt64.random(in: 1...5, using: &self)
        let policy = Policy.allCases.randomElement(using: &self) ?? .restricted
        let trace = decision(policy, need: need)
        var explanation = Explanation(trace, kubelet: perhaps { $0.decision(.singleNUMANode, need: need) })
        for place in explanation.trace.allocations.indices {
            explanation.trace.allocations[place].assignments += some { $0.assignment() }
        }
        explanation.trace.nearness = some { $0.nearness() }
        explanation.trace.warnings += some { $0.reason() }
        explanation.changes = some { $0.change(trace) }
        explanation.slack = some {
            Slack(container: $0.word(), resource: "x/gpu", requested: $0.number(), most: $0.number())
        }
        for place in explanation.units.indices {
            explanation.units[place].cause?.facts += some { $0.fact() }
        }
        let machine = MachineBuilder(nodes: 4, cores: 1, threads: 1, memory: 1 << 30).machine
        explanation.name(some { $0.holder() }, on: machine)
        return explanation
    }

    private mutating func decision(_ policy: Policy, need: UInt64) -> DecisionTrace {
        let totals = [0: UInt64.random(in: 0...3, using: &self), 1: 2, 2: 1]
        let scope = Bool.random(using: &self) ? Scope.pod : .container
        var admission = PodAdmission(
            nodes: [0, 1, 2, 3], distances: nil, providers: [FakeProvider("x/gpu", totals)],
            settings: AdmissionSettings(scope: scope, merge: MergeOptions(policy: policy)))
        let names = ["app", "side"].prefix(Int.random(in: 1...2, using: &self))
        let containers = names.map { ContainerSpec(name: $0, requests: ["x/gpu": need, "x/other": 1]) }
        return admission.admit(PodSpec(uid: "u", namespace: "ns", name: "web", containers: containers))
    }

    private mutating func assignment() -> Assignment {
        let pieces: [Assignment.Piece] = [
            .cpus([0, 1, 5]), .device(id: word(), nodes: mask()),
            .memory(
                nodes: mask(), bytes: number(), shares: some { Assignment.Share(node: 1, bytes: $0.number()) }),
        ]
        return Assignment(
            "x/gpu", pieces.randomElement(using: &self) ?? pieces[0],
            attributes: some { Assignment.Attribute($0.word(), $0.word()) })
    }

    private mutating func holder() -> PodHoldings {
        let uid = word()
        return PodHoldings(
            PodSpec(uid: uid, name: word(), containers: [ContainerSpec(name: "c", requests: [:])]),
            pieces: [[Assignment("x/gpu", .device(id: "n0-0", nodes: [0, 1]))]])
    }

    private mutating func nearness() -> DeviceNearness {
        let demands = ["x/gpu", "x/nic"].map { (resource: ResourceName) in
            let devices = (0..<4).map { number in
                ListedDevice(
                    id: "\(number)", resource: resource, locality: .nodes([number / 2]), isHealthy: true, isFree: true,
                    group: perhaps { $0.word() }, path: perhaps { _ in "0000:00:01.0/0000:01:00.\(number)" })
            }
            return DeviceDemand(resource, need: 2, devices.map { .init($0, .free) })
        }
        var nearness = DeviceNearness(
            container: word(), demands.map { ($0.resource, ["0", "3"]) }, of: demands, affinity: perhaps { $0.mask() },
            nodes: [0, 1])
        nearness.regret = perhaps { $0.word() }
        nearness.remarks = some { $0.word() }
        return nearness
    }

    private mutating func fact() -> Cause.Fact {
        let kinds: [Cause.Fact.Kind] = [
            .demand(need: number(), narrowest: perhaps { _ in 2 }), .group(mask()), .reuse(mask()),
            .offers(some { $0.hint() }), .impossible(reason()),
        ]
        return Cause.Fact("x/gpu", kinds.randomElement(using: &self) ?? kinds[0])
    }

    private mutating func change(_ trace: DecisionTrace) -> Change {
        let kinds: [Change.Kind] = [
            .request(container: word(), "cpu", from: number(), to: 1), .supply("memory", node: 1, more: number()),
            .holder(
                uid: word(), name: word(), frees: [.init("cpu", number()), .init("a/b", 1), .init("memory", 2)]),
            .reserve("cpu", node: perhaps { _ in 1 }, from: number(), to: 0), .scope(.pod),
            .option(word(), isOn: Bool.random(using: &self)), .policy(.restricted),
        ]
        return Change(kinds.randomElement(using: &self) ?? kinds[0], admitted: trace)
    }
}
