// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Commands that are killed, meet errors or lose power at each of their system calls.
@Suite("crash safety", .serialized)
struct CrashTests {
    @Test("providers that keep books alone")
    func books() async throws {
        let stage = try Stage(hasSlots: false)
        var two = stage.admit("admission of two", "b", "c")
        two.isToldLineByLine = true
        var refusal = stage.admit("refusal", "wide")
        refusal.status = 1
        let scenes = try Scene.play(
            [
                stage.admit("first admission", "a"), two, stage.release("release of a container", "b/left"),
                stage.release("release of a pod", "a"), refusal,
            ], on: stage)
        for scene in scenes { try await harm(scene, on: stage) }
    }

    @Test("a provider with effects outside its books")
    func effects() async throws {
        let stage = try Stage(hasSlots: true)
        let scenes = try Scene.play(
            [
                stage.admit("preparation", "a"), stage.admit("admission with effects", "b"),
                stage.release("release of a container with effects", "b/left"),
                stage.release("release of a pod with effects", "b"),
            ], on: stage)
        for scene in scenes.dropFirst() { try await harm(scene, on: stage) }
        for (scene, name) in [
            (scenes[1], "recovery of an admission"), (scenes[2], "recovery of a container's release"),
            (scenes[3], "recovery of a release"),
        ] {
            try await harm(try interrupted(scene, name, on: stage), on: stage)
        }
    }

    /// The recovery from an operation that was killed when its effects were there and the ledger did not know.
    private func interrupted(_ scene: Scene, _ name: String, on stage: Stage) throws -> Scene {
        guard let last = scene.points.lastIndex(where: { $0.file == "effects" }), last + 1 < scene.points.count else {
            throw Tracer.Failure("\(scene.operation.name) has no effects")
        }
        let place = try Stage.copy(scene.before)
        let killed = try Tracer.trace(
            stage.command(scene.operation), in: place.url, killedAt: scene.points[last + 1])
        #expect(killed.result.status == 128 + SIGKILL)
        #expect(try Holdings(in: place.url).open == ["b"])
        let recovery = Operation(name: name, arguments: ["release", "nobody"])
        let scenes = try Scene.play([recovery], on: stage, from: (place, scene.history + [killed]))
        return scenes[0]
    }

    @Test("a log that is not synced loses what was told")
    func withoutSyncs() async throws {
        let stage = try Stage(hasSlots: false)
        var two = stage.admit("admission of two", "b", "c")
        two.isToldLineByLine = true
        let scenes = try Scene.play([stage.admit("first admission", "a"), two], on: stage)
        // The ledger was there, and nothing but what the second command did is lost.
        let outages = try PowerCut.outages(of: scenes[1], ignoresLogSyncs: true).filter { $0.told > 0 }
        let problems = try await concurrently(outages) { PowerCut.problems($0, scenes[1], on: stage) }.joined()
        print("crash: \(outages.count) disks whose log is not synced, \(problems.count) problems")
        #expect(problems.contains { $0.contains(" are held, and should be ") }, "\(problems.prefix(5))")
    }

    @Test("an admission waits for the disk once, and twice with effects", arguments: [(false, 1), (true, 2)])
    func syncs(hasSlots: Bool, expected: Int) throws {
        let stage = try Stage(hasSlots: hasSlots)
        let scenes = try Scene.play(
            [stage.admit("first", "a"), stage.release("opening and closing", "nobody"), stage.admit("admission", "b")],
            on: stage)
        let counts = scenes.dropFirst().map { scene in
            scene.points.filter { ["fsync", "fdatasync"].contains($0.name) && $0.file.hasPrefix("ledger") }.count
        }
        print("crash: \(counts[1]) syncs of an admission, \(counts[0]) of opening and closing, effects \(hasSlots)")
        #expect(counts[1] - counts[0] == expected, "\(counts)")
        #expect(counts[0] > 0)
    }

    private func harm(_ scene: Scene, on stage: Stage) async throws {
        let start = ContinuousClock.now
        var counts = "\(scene.operation.name): \(scene.points.count) points"
        var failures: [String] = []

        let killed = try await concurrently(scene.points) { kill(scene, at: $0, on: stage) }
        #expect(killed.count == scene.points.count)
        counts += ", killed at \(killed.count)"
        failures += killed.joined()

        let faults = scene.points.flatMap { point in Self.faults(at: point).map { (point, $0) } }
        let known = KnownPlaces()
        let failed = try await concurrently(faults) { fail(scene, $1, at: $0, on: stage, known) }
        counts += "; \(failed.count) faults, \(known.count) folders after them"
        failures += failed.joined()

        let outages = try PowerCut.outages(of: scene)
        let cut = try await concurrently(outages) { PowerCut.problems($0, scene, on: stage) }
        counts += "; \(outages.count) disks after a power failure"
        failures += cut.joined()

        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print("crash: \(counts); \(Int(seconds)) s")
        #expect(
            failures.isEmpty,
            "\(failures.count) of \(counts), seed \(TestEnvironment.seed):\n\(failures.prefix(8).map { $0.prefix(1500) }.joined(separator: "\n"))"
        )
    }

    private func kill(_ scene: Scene, at point: CrashPoint, on stage: Stage) -> [String] {
        collected("killed at \(point)") {
            let place = try Stage.copy(scene.before)
            _ = try Tracer.run(stage.command(scene.operation), in: place.url, .kill, at: point)
            let aftermath = Aftermath(stage: stage, scene: scene, place: place)
            return try aftermath.problemsAfterRecovery() + aftermath.problemsAfterRepeating()
        }
    }

    /// What a call can fail with.
    private static func faults(at point: CrashPoint) -> [Tracer.Harm] {
        guard !point.isReading else { return [.fail("EIO")] }
        let faults: [Tracer.Harm] = [.fail("EIO"), .fail("ENOSPC"), .fail("EROFS")]
        // Of later ones of write(2), some are to standard output.
        return point.name == "pwrite64" ? faults + [.failFromThenOn("ENOSPC")] : faults
    }

    private func fail(
        _ scene: Scene, _ harm: Tracer.Harm, at point: CrashPoint, on stage: Stage, _ known: KnownPlaces
    ) -> [String] {
        collected("\(harm.words) at \(point)") {
            let place = try Stage.copy(scene.before)
            let result = try Tracer.run(stage.command(scene.operation), in: place.url, harm, at: point)
            let aftermath = Aftermath(stage: stage, scene: scene, place: place)
            return try aftermath.problems(of: result)
                + known.problems(of: place) { try aftermath.problemsAfterRepeating() }
        }
    }
}

/// What the body finds or fails with, each with what was done.
func collected(_ done: String, _ body: () throws -> [String]) -> [String] {
    do { return try body().map { "\(done): \($0)" } } catch { return ["\(done): \(error)"] }
}
