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

/// What a ledger keeps of a decision is what it was made from: all that is shown of it is made from that.
@Suite("Decision as stored")
struct StoredTraceTests {
    @Test("Law: what is read is what was written, and is explained alike")
    func law() throws {
        var verdicts: Set<String> = []
        var holdings = 0
        for number in 0..<TestEnvironment.cases(300) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            let note: Comment = "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1"
            var random = SeededGenerator(seed: seed)
            let decision = random.decision()
            verdicts.insert(decision.trace.verdict.isAdmitted ? "admitted" : "refused")
            let stored = StoredTrace(decision, time: random.word())
            let read = try Self.read(stored)
            #expect(read.decision.trace == decision.trace, note)
            #expect(read.time == stored.time, note)
            let (was, now) = (decision.explanation, read.decision.explanation)
            #expect(now.units == was.units, note)
            #expect(ExplanationText(now).text == ExplanationText(was).text, note)
            holdings += decision.holdings.joined().count

            let other = StoredTrace(
                PodDecision(random.changed(decision.trace), holdings: random.some { $0.some { $0.holding() } }),
                time: "")
            let again = try Self.read(other)
            #expect(again.decision.trace == Self.kept(other.decision.trace), note)
            #expect(again.decision.holdings == other.decision.holdings, note)
        }
        #expect(verdicts == ["admitted", "refused"])
        #expect(holdings > 0)
    }

    @Test("What is written is compact: in order, without what is empty")
    func text() throws {
        let pod = PodSpec(uid: "u", name: "web", containers: [ContainerSpec(name: "app", requests: [.cpu: 1500])])
        var trace = DecisionTrace(
            pod: pod, scope: .container, options: MergeOptions(policy: .restricted, stepLimit: 9), nodes: [0, 1, 2, 4])
        trace.units = [UnitTrace(container: "app", requests: [.cpu: 1500])]
        let options = #"{"policy":"restricted","semantics":"current","stepLimit":9}"#
        let container = #"{"kind":"app","limits":{},"name":"app","requests":{"cpu":1500}}"#
        let words = #""name":"web","namespace":"default","qos":"Burstable","uid":"u""#
        let unit = #"{"container":"app","requests":{"cpu":1500}}"#
        #expect(
            StoredTrace(PodDecision(trace, holdings: []), time: "now").json()
                == #"{"time":"now","trace":{"nodes":"0-2,4","options":\#(options),"pod":{"containers":[\#(container)],"#
                + #"\#(words)},"scope":"container","units":[\#(unit)]},"traceVersion":1}"#)
    }

    @Test(
        "What cannot be what was written is refused",
        arguments: [
            ("\"traceVersion\":1", "\"traceVersion\":2"), ("\"0-3\"", "\"0-\""), ("\"0-3\"", "\"0-99999999\""),
            ("\"scope\":\"", "\"scope\":\"x"), ("\"uid\":\"u\"", "\"uid\":7"), ("\"time\"", "\"tim\""),
        ])
    func damaged(from: String, to: String) throws {
        var random = SeededGenerator(seed: 7)
        let text = StoredTrace(random.decision(), time: "now").json()
        try #require(text.contains(from))
        let damaged = text.replacing(from, with: to)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(StoredTrace.self, from: Data(damaged.utf8))
        }
        let record = LedgerRecord(
            sequence: 1, decision: LedgerDecision(uid: "u", name: "ns/web", verdict: "admitted", text: damaged))
        let report = HistoryReport([record]) {
            try? JSONDecoder().decode(StoredNote.self, from: Data($0.utf8))
        }
        #expect(report.explanations == "decision 1\nwhat is stored of it cannot be read\n")
    }

    @Test("A decision that was stored as it was shown is still shown")
    func older() throws {
        let text = #"{"pods":[{"admit":true}],"schemaVersion":1,"summary":"gets 1","text":"pod: all\n","time":"then"}"#
        let record = LedgerRecord(
            sequence: 3, decision: LedgerDecision(uid: "u", name: "ns/web", verdict: "admitted", text: text))
        let report = HistoryReport([record]) {
            try? JSONDecoder().decode(StoredNote.self, from: Data($0.utf8))
        }
        #expect(report.explanations == "decision 3, then\npod: all\n")
        #expect(report.table.contains("3   then  admitted  ns/web  gets 1"))
        #expect(try Self.json(report).contains(#""decision":{"pods":[{"admit":true}],"schemaVersion":1,"#))
    }

    @Test("What is shown of a decision is its report, its words and the time")
    func shown() throws {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        let decision = random.decision()
        let stored = StoredTrace(decision, time: "then")
        let pod = decision.trace.pod
        let record = LedgerRecord(
            sequence: 1,
            decision: LedgerDecision(uid: pod.uid, name: pod.name, verdict: "admitted", text: stored.json()))
        let report = HistoryReport([record]) {
            try? JSONDecoder().decode(StoredNote.self, from: Data($0.utf8))
        }
        let words = ExplanationText(decision.explanation)
        #expect(report.explanations == "decision 1, then\n" + words.text)
        let members = try #require(
            JSONSerialization.jsonObject(with: Data(Self.json(report).utf8)) as? [String: Any])
        let entry = try #require((members["decisions"] as? [[String: Any]])?.first)
        var expected = try #require(
            JSONSerialization.jsonObject(with: Data(Self.json(ExplanationReport([decision.explanation])).utf8))
                as? [String: Any])
        (expected["time"], expected["summary"], expected["text"]) = ("then", words.summary, words.text)
        #expect(entry["decision"] as? NSDictionary == expected as NSDictionary)
        #expect(entry["summary"] as? String == words.summary)
    }

    /// The stock of what nobody asked for is not written.
    private static func kept(_ trace: DecisionTrace) -> DecisionTrace {
        var trace = trace
        for place in trace.units.indices {
            let requests = trace.units[place].requests
            trace.units[place].stock.removeAll { requests[$0.resource] == nil }
        }
        return trace
    }

    private static func read(_ stored: StoredTrace) throws -> StoredTrace {
        try JSONDecoder().decode(StoredTrace.self, from: Data(stored.json().utf8))
    }

    private static func json(_ value: some Encodable) throws -> String {
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

    fileprivate mutating func some<Value>(_ make: (inout SeededGenerator) -> Value) -> [Value] {
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

    /// One that a walk made, among pods that hold something, with all that such a walk does not lead to.
    fileprivate mutating func decision() -> PodDecision {
        let need = UInt64.random(in: 1...5, using: &self)
        var trace = decision(Policy.allCases.randomElement(using: &self) ?? .restricted, need: need)
        for place in trace.allocations.indices { trace.allocations[place].assignments += some { $0.assignment() } }
        trace.nearness = some { $0.nearness() }
        trace.warnings += some { $0.reason() }
        let machine = MachineBuilder(nodes: 4, cores: 1, threads: 1, memory: 1 << 30).machine
        let holders = some { $0.holder() }
        return PodDecision(trace, on: machine) { holders }
    }

    /// With answers of each kind, which nobody is to explain.
    fileprivate mutating func changed(_ trace: DecisionTrace) -> DecisionTrace {
        var trace = trace
        trace.options = MergeOptions(
            policy: .none, semantics: .kubelet1_23, preferClosestNUMANodes: Bool.random(using: &self), stepLimit: 3)
        trace.units += some { random in
            var unit = UnitTrace(container: random.perhaps { $0.word() }, requests: ["a": 1, "b/c": random.number()])
            unit.answers = random.some { random in
                ProviderAnswers(provider: random.word(), answers: random.some { $0.answer() })
            }
            unit.stock = random.some {
                Stock(
                    Bool.random(using: &$0) ? "a" : "d", locality: $0.locality(), free: $0.number(), total: $0.number())
            }
            unit.merge = random.perhaps {
                MergeDecision(
                    best: $0.hint(), admits: Bool.random(using: &$0), steps: 5, unresolved: $0.some { _ in "a" })
            }
            return unit
        }
        trace.pod.containers += some { random in
            let kinds: [ContainerSpec.Kind] = [.app, .initialization, .sidecar]
            return ContainerSpec(
                name: random.word(), kind: kinds.randomElement(using: &random) ?? .app, requests: ["a": 1],
                limits: ["b": random.number()])
        }
        if Bool.random(using: &self) {
            trace.verdict = .refused(Refusal(.mergeLimit, container: perhaps { $0.word() }, reason: reason()))
        }
        return trace
    }

    private mutating func answer() -> ResourceAnswer {
        let capacity = Capacity(
            need: number(), universe: mask(), pools: some { $0.pool() }, exact: some { $0.pool() },
            mustMeet: some { $0.mask() }, groups: some { $0.mask() }, joint: perhaps { $0.word() },
            elseAny: Bool.random(using: &self))
        let placements: [ResourceAnswer.Placement] = [
            .any, .impossible(reason()), .hints([hint(), hint()]), .capacity(capacity),
        ]
        return ResourceAnswer("x/gpu", placements.randomElement(using: &self) ?? .any)
    }

    private mutating func pool() -> Capacity.Pool { Capacity.Pool(nodes: mask(), free: number(), total: number()) }

    private mutating func locality() -> Locality {
        [.any, .unknown, .nodes(mask())].randomElement(using: &self) ?? .any
    }

    fileprivate mutating func holding() -> Cause.Holding {
        Cause.Holding(resource: "a", nodes: mask(), uid: word(), holder: word(), amount: number())
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
            attributes: some { Assignment.Attribute($0.word(), $0.word()) }, takenFrom: perhaps { $0.word() })
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
}
