// SPDX-License-Identifier: Apache-2.0

import Admission
import Glibc
import Ledger
import NUMACore
import ProviderHost
import TestSupport
import Testing

/// A host that begins anew from its ledger decides as one that stayed.
@Suite("Laws of restarts")
struct RestartLawTests {
    @Test("Law: after each restart from the ledger, decisions and their words are those of a host that stayed")
    func restarts() throws {
        var (admitted, refused) = (0, 0)
        for number in 0..<max(1, TestEnvironment.cases(1000) / 50) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            let note = "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1"
            var random = SeededGenerator(seed: seed)
            // A kubelet remembers of pods what its files do not say.
            let node = GeneratedNode(&random, imitatesKubelet: false)
            let (own, other) = (
                try SQLiteLedger(path: LedgerPlace.memory), try SQLiteLedger(path: LedgerPlace.memory)
            )
            var stayed = try admission(node, own)
            var residents: [String] = []
            for step in 0..<8 {
                var restarted = try admission(node, other)
                if let uid = residents.randomElement(using: &random), Int.random(in: 0..<3, using: &random) == 0 {
                    _ = try stayed.release(Holder(podUID: uid))
                    _ = try restarted.release(Holder(podUID: uid))
                    residents.removeAll { $0 == uid }
                    continue
                }
                var pod = node.pod("pod-\(step)", &random)
                // What an init container leaves is known only to a host that saw it start.
                pod.containers.removeAll { $0.kind != .app }
                guard case .decided(let here) = try stayed.admit(pod),
                    case .decided(let there) = try restarted.admit(pod)
                else {
                    Issue.record("a new pod was held already, \(note)")
                    return
                }
                #expect(here == there, "\(note)")
                if here.verdict.isAdmitted {
                    residents.append(pod.uid)
                    admitted += 1
                } else {
                    refused += 1
                }
            }
        }
        print("restarts: \(admitted) pods admitted, \(refused) refused")
        #expect(admitted > 0)
    }

    @Test("Law: providers whose processes are killed between admissions decide as those that stayed")
    func killedProcesses() throws {
        var (admitted, killed) = (0, 0)
        for number in 0..<max(1, TestEnvironment.cases(1000) / 100) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            let note: Comment = "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1"
            var random = SeededGenerator(seed: seed)
            let node = GeneratedNode(&random, imitatesKubelet: false)
            let apart = try node.isolatedRegistry().providers
            var (stayed, other) = (node.admission(try node.registry().providers), node.admission(apart))
            for provider in apart { try provider.start() }
            var residents: [PodSpec] = []
            for step in 0..<10 {
                for provider in apart where Int.random(in: 0..<3, using: &random) == 0 {
                    let process = try #require(provider.isolation?.process)
                    #expect(kill(process, SIGKILL) == 0)
                    // The next call finds out, and fails.
                    #expect(throws: ProviderFailure.self) { try provider.stock() }
                    _ = try provider.stock()
                    killed += 1
                }
                if let pod = residents.randomElement(using: &random), Int.random(in: 0..<3, using: &random) == 0 {
                    let name = pod.containers.randomElement(using: &random)?.name
                    for only in [name, nil] {
                        #expect(stayed.release(pod, only: only) == [], note)
                        #expect(other.release(pod, only: only) == [], note)
                        if Bool.random(using: &random) { break }
                    }
                    residents.removeAll { $0.uid == pod.uid }
                    continue
                }
                var pod = node.pod("pod-\(step)", &random)
                // What an init container leaves is known only to a host that saw it start.
                pod.containers.removeAll { $0.kind != .app }
                let (here, there) = (stayed.admit(pod), other.admit(pod))
                #expect(here == there, note)
                guard here.verdict.isAdmitted, there.verdict.isAdmitted else { continue }
                residents.append(pod)
                admitted += 1
            }
        }
        print("killed processes: \(killed), pods admitted: \(admitted)")
        #expect(admitted > 0 && killed > 0)
    }

    private func admission(_ node: GeneratedNode, _ ledger: SQLiteLedger) throws -> DurableAdmission {
        let scribe = LedgerScribe(
            now: { "now" }, decision: { "{\"admits\":\($0.verdict.isAdmitted)}" },
            event: { "\($0) \($1) \($2 ?? "") \($3)" })
        return try DurableAdmission(
            node.machine, providers: try node.registry().providers, settings: node.admissionSettings, ledger: ledger,
            scribe: scribe, onLoss: .refuse)
    }
}
