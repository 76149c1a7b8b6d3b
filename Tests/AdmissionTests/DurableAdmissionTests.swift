// SPDX-License-Identifier: Apache-2.0

import Admission
import HintMerge
import Ledger
import NUMACore
import TestSupport
import Testing

/// What lasts of admissions and releases, whatever fails in between.
@Suite("Durable admission")
struct DurableAdmissionTests {
    /// A machine with its hardware and its ledger, which outlive the providers.
    final class World {
        let ledger: SQLiteLedger
        let hardware: [FakeProvider.Hardware]?
        let plan = FaultPlan()
        var totals: [[Int: UInt64]] = [[0: 2, 1: 2], [0: 1, 1: 3]]
        private(set) var providers: [FakeProvider] = []

        init(effects: Bool) throws {
            ledger = try SQLiteLedger(path: LedgerPlace.memory)
            hardware = effects ? [FakeProvider.Hardware(), FakeProvider.Hardware()] : nil
        }

        /// What a new process begins with.
        func boot(onLoss handling: LossHandling = .keep, kinds: Int = 2) throws -> DurableAdmission {
            providers = zip(["example.org/gpu", "example.org/nic"].prefix(kinds), totals).enumerated().map {
                index, kind in
                let provider = FakeProvider(ResourceName(kind.0), kind.1)
                provider.hardware = hardware?[index]
                provider.plan = plan
                return provider
            }
            let scribe = LedgerScribe(
                now: { "now" }, decision: { "{\"admits\":\($0.verdict.isAdmitted)}" },
                event: { "\($0) \($1) \($2 ?? "") \($3)" })
            return try DurableAdmission(
                Machine(nodes: [0, 1].map { Machine.Node(id: $0, cpus: [], localCPUs: [], memoryBytes: 0) }, cpus: []),
                providers: providers,
                settings: AdmissionSettings(merge: MergeOptions(policy: .bestEffort)),
                ledger: FaultyLedger(ledger, plan: plan), scribe: scribe, onLoss: handling)
        }

        /// Who holds how many where, as providers, hardware and ledger say.
        var books: [[FakeProvider.Holding]] { providers.map { Self.sorted($0.held) } }
        var outside: [[FakeProvider.Holding]]? { hardware?.map { Self.sorted($0.held) } }
        func pods() throws -> [LedgerPod] { try ledger.pods() }

        private static func sorted(_ held: [FakeProvider.Holding]) -> [FakeProvider.Holding] {
            held.sorted { "\($0)" < "\($1)" }
        }
    }

    static func pod(_ uid: String, _ containers: [ResourceAmounts]) -> PodSpec {
        PodSpec(
            uid: uid, name: uid,
            containers: containers.enumerated().map { ContainerSpec(name: "c\($0.offset)", requests: $0.element) })
    }

    static let first = pod("first", [["example.org/gpu": 1, "example.org/nic": 1]])
    static let second = pod("second", [["example.org/gpu": 1, "example.org/nic": 1], ["example.org/nic": 1]])

    /// What is done to a machine on which the first pod is.
    enum Operation: String, CaseIterable {
        case admission, release, partialRelease, refusal

        func run(_ admission: inout DurableAdmission) throws {
            switch self {
            case .admission: _ = try admission.admit(DurableAdmissionTests.second)
            case .release: _ = try admission.release(Holder(podUID: "first"))
            case .partialRelease: _ = try admission.release(Holder(podUID: "both", container: "c1"))
            case .refusal: _ = try admission.admit(DurableAdmissionTests.pod("big", [["example.org/gpu": 9]]))
            }
        }

        func prepare(_ world: World) throws {
            var admission = try world.boot()
            _ = try admission.admit(DurableAdmissionTests.first)
            if self == .partialRelease {
                _ = try admission.admit(
                    DurableAdmissionTests.pod("both", [["example.org/gpu": 1], ["example.org/nic": 2]]))
            }
        }
    }

    @Test(
        "each step of an operation fails once, and ledger, providers and hardware are as before or as after",
        arguments: Operation.allCases, [false, true])
    func everyStep(operation: Operation, effects: Bool) throws {
        let sound = try World(effects: effects)
        try operation.prepare(sound)
        let before = (try sound.pods(), sound.books, sound.outside)
        var admission = try sound.boot()
        sound.plan.heal()
        try operation.run(&admission)
        let after = (try sound.pods(), sound.books, sound.outside)
        let steps = sound.plan.steps
        #expect(steps >= 4)
        for persists in [false, true] {
            for step in 0..<steps {
                let world = try World(effects: effects)
                try operation.prepare(world)
                var admission = try world.boot()
                world.plan.heal()
                (world.plan.failing, world.plan.persists) = (step, persists)
                var isDone = true
                do { try operation.run(&admission) } catch { isDone = false }
                let context: Comment = "\(operation) of \(steps) steps, failing at \(step), on: \(persists)"
                if !persists {
                    // Nothing is left half done, not even for the next process to end; but a release that failed stays
                    // begun where it may have changed hardware.
                    let pods = try world.pods()
                    let isOpen = pods.contains { $0.state != .committed }
                    #expect(!isOpen || effects && operation != .admission && operation != .refusal, context)
                    if !isOpen { try expect(world, before, or: after, context) }
                }
                world.plan.heal()
                // The next process ends what was begun.
                _ = try world.boot()
                #expect(try world.pods().allSatisfy { $0.state == .committed }, context)
                try expect(world, before, or: after, context)
                // A release that ended is done.
                if isDone, operation == .release || operation == .partialRelease {
                    #expect(try world.pods() == after.0, context)
                }
            }
        }
    }

    @Test("what a machine has lost is kept, released or refused", arguments: LossHandling.allCases)
    func losses(handling: LossHandling) throws {
        let world = try World(effects: true)
        var admission = try world.boot()
        for pod in [Self.first, Self.second] { _ = try admission.admit(pod) }
        let before = (try world.pods(), world.books, world.outside)
        world.totals[1] = [0: 0, 1: 3]
        let loss = "pod default/first, c0: example.org/nic n0-0 is gone"
        guard handling != .refuse else {
            let error = #expect(throws: NUMAHintsError.self) { _ = try world.boot(onLoss: .refuse) }
            #expect(error?.description == "the machine no longer has what pods hold: \(loss)")
            world.totals[1] = [0: 1, 1: 3]
            _ = try world.boot(onLoss: .refuse)
            return try expect(world, before, or: before, "as before")
        }
        admission = try world.boot(onLoss: handling)
        let pods = try world.pods()
        if handling == .keep {
            #expect(admission.losses.map(\.description) == [loss] && admission.warnings.isEmpty)
            #expect(pods == before.0 && world.books[0] == before.1[0])
            #expect(world.books[1] == before.1[1].filter { $0.holder.podUID == "second" })
            #expect(try admission.release(Holder(podUID: "first")) != nil)
        } else {
            #expect(admission.losses.isEmpty && admission.warnings == ["\(loss): the pod is released"])
        }
        #expect(try world.pods().map(\.uid) == ["second"])
        #expect(world.outside?.flatMap { $0 }.allSatisfy { $0.holder.podUID == "second" } == true)
        let verdicts = try world.ledger.decisions(uid: "first").map(\.decision.verdict)
        #expect(verdicts == ["admitted", handling == .keep ? "released" : "lost"])
    }

    @Test("what a provider that is not loaded has given is not freed behind its back")
    func orphan() throws {
        let world = try World(effects: true)
        var admission = try world.boot()
        _ = try admission.admit(Self.first)
        admission = try world.boot(kinds: 1)
        #expect(admission.warnings == ["pod default/first: no provider is loaded for its example.org/nic"])
        let error = #expect(throws: NUMAHintsError.self) { _ = try admission.release(Holder(podUID: "first")) }
        #expect(error?.code == .provider)
        #expect(try world.pods().map(\.state) == [.committed])
        admission = try world.boot()
        #expect(try admission.release(Holder(podUID: "first")) != nil)
        #expect(world.outside == [[], []])
    }

    private typealias State = (pods: [LedgerPod], books: [[FakeProvider.Holding]], outside: [[FakeProvider.Holding]]?)

    private func expect(_ world: World, _ before: State, or after: State, _ context: Comment) throws {
        let pods = try world.pods()
        let wanted = pods == before.pods ? before : after
        #expect(pods == wanted.pods, context)
        #expect(world.books == wanted.books, context)
        #expect(world.outside == wanted.outside, context)
    }
}
