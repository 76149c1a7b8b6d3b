// SPDX-License-Identifier: Apache-2.0

import Foundation
import KubernetesFormats
import Ledger
import NUMACore
import Synchronization
import TestSupport
import Testing

/// Two hundred processes that admit and release on one ledger, all at once: what they print and leave is what the
/// same commands print and leave one after another, in the order in which the ledger numbered them.
@Suite("Concurrent processes")
struct ConcurrentProcessesTests {
    private static let count = 200
    private let folder: PrivateFolder

    init() throws { folder = try PrivateFolder() }

    /// Some pods, each of two containers that come to several CPUs, on a machine of 30.
    private func writePods(_ random: inout SeededGenerator) throws {
        for number in 0..<32 {
            let cpus = Int.random(in: 1...5, using: &random)
            let text = """
                apiVersion: v1
                kind: Pod
                metadata: {name: pod-\(number), uid: pod-\(number)}
                spec:
                  containers:
                    - {name: app, resources: {limits: {cpu: \(cpus), memory: \(number + 1)Gi, hugepages-1Gi: 1Gi}}}
                    - {name: side, resources: {limits: {cpu: 1, memory: 1Gi}}}
                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: SerialRun.podFile(folder.url, "pod-\(number)")))
        }
    }

    private func plan(_ random: inout SeededGenerator) -> [SerialRun.Step] {
        (0..<Self.count).map { _ in
            let uid = "pod-\(Int.random(in: 0..<32, using: &random))"
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5: return .admit(uid)
            case 5: return .release("\(uid)/side")
            default: return .release(uid)
            }
        }
    }

    /// Runs a process for each step, and gives what they said, by place.
    private func runAll(_ steps: [SerialRun.Step], ledger: String) async throws -> [CommandResult] {
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        let commands = steps.map { $0.words(folder.url) + ["--ledger", ledger, "--lock-wait", "3600"] }
        let state = Mutex<(results: [Result<CommandResult, any Error>?], atWork: Int)>(
            (Array(repeating: nil, count: steps.count), steps.count))
        // Threads, since as many tasks would wait for the few that may block.
        await withCheckedContinuation { continuation in
            for (place, command) in commands.enumerated() {
                Thread.detachNewThread {
                    let result = Result { try run(program, command) }
                    let isLast = state.withLock { state in
                        state.results[place] = result
                        state.atWork -= 1
                        return state.atWork == 0
                    }
                    if isLast { continuation.resume() }
                }
            }
        }
        return try state.withLock { $0.results }.map { try #require(try $0?.get()) }
    }

    private func status(_ ledger: String) throws -> String {
        try SerialRun.timeless(
            numaHints("status", "--machine", SerialRun.machine, "--ledger", ledger, "-o", "json").output)
    }

    private func decisions(_ ledger: String) throws -> [SerialRun.Decision] {
        let opened = try SQLiteLedger(path: ledger, access: .read)
        defer { try? opened.close() }
        return try opened.decisions(uid: nil).map(SerialRun.Decision.init)
    }

    @Test("they end in the state of a serial order, and say what it says")
    func serialOrder() async throws {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        try writePods(&random)
        let steps = plan(&random)
        let ledger = folder.url.appendingPathComponent("concurrent.db").path
        let results = try await runAll(steps, ledger: ledger)
        let numbered = try decisions(ledger)

        let serial = folder.url.appendingPathComponent("serial.db").path
        var replay = try SerialRun(folder: folder.url, ledger: serial)
        for decision in numbered { try replay.take(decision.step) }

        let seed = Comment("NUMA_HINTS_SEED=\(TestEnvironment.seed)")
        // Every decision saw the books that the serial one saw.
        #expect(try decisions(serial) == numbered, seed)
        #expect(try status(serial) == status(ledger), seed)

        var changing: [String] = []
        for (step, result) in zip(steps, results) {
            #expect(result.errors == "" && [0, 1].contains(result.status), "\(step): \(result.all); \(seed)")
            let said = SerialRun.timeless(result.output)
            if step.isWithoutEffect(said) {
                #expect(replay.quiet.contains(said), "\(step): \(said); \(seed)")
            } else {
                changing.append("\(result.status) \(said)")
            }
        }
        #expect(changing.sorted() == replay.said.sorted(), seed)
        // The plan is worth its time: all kinds of outcomes were met.
        let verdicts = Set(numbered.map(\.verdict))
        #expect(verdicts == ["admitted", "refused", "released"], seed)
        #expect(changing.count < steps.count, seed)
    }
}
