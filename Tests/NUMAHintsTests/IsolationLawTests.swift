// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import Glibc
import NUMACore
import ProviderHost
import TestSupport
import Testing

/// A provider answers the same, in whichever process it runs.
@Suite("Laws of isolation")
struct IsolationLawTests {
    /// What every book of every provider says.
    private struct Books: Equatable {
        var state: BooksState
        var stock: [[Stock]]

        init(_ providers: [ProviderInstance]) throws {
            state = try BooksState(providers)
            stock = try providers.map { try $0.stock() }
        }
    }

    @Test("Law: with isolation every answer of a random history is that of the same provider in-process")
    func answers() throws {
        for number in 0..<min(60, max(1, TestEnvironment.cases(600) / 100)) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            let note: Comment = "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1"
            var random = SeededGenerator(seed: seed)
            let node = GeneratedNode(&random, imitatesKubelet: Bool.random(using: &random))
            let (own, apart) = (try node.registry(), try node.isolatedRegistry())
            #expect(own.refused == apart.refused, note)
            #expect(apart.providers.allSatisfy { $0.isolation?.process != nil }, note)
            var (first, second) = (node.admission(own.providers), node.admission(apart.providers))
            var residents: [PodSpec] = []
            for step in 0..<10 {
                if residents.isEmpty || Int.random(in: 0..<3, using: &random) > 0 {
                    let pod = node.pod("pod-\(step)", &random)
                    let (here, there) = (first.admit(pod), second.admit(pod))
                    #expect(here == there, note)
                    if here.verdict.isAdmitted { residents.append(pod) }
                } else {
                    let pod = residents[Int.random(in: 0..<residents.count, using: &random)]
                    if Bool.random(using: &random) {
                        for container in pod.containers {
                            first.started(Holder(podUID: pod.uid, container: container.name))
                            second.started(Holder(podUID: pod.uid, container: container.name))
                        }
                    } else {
                        #expect(first.release(pod) == second.release(pod), note)
                        residents.removeAll { $0.uid == pod.uid }
                    }
                }
                #expect(try Books(own.providers) == Books(apart.providers), note)
            }
            #expect(apart.providers.allSatisfy { $0.isolation?.faults == [] }, note)
        }
    }

    @Test("Law: a process that is killed between calls leaves the books as they were, in the next one")
    func restarts() throws {
        // Each restart takes a process.
        for number in 0..<min(20, max(1, TestEnvironment.cases(200) / 100)) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            let note: Comment = "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1"
            var random = SeededGenerator(seed: seed)
            let node = GeneratedNode(&random, imitatesKubelet: false)
            let apart = try node.isolatedRegistry()
            var admission = node.admission(apart.providers)
            var residents: [PodSpec] = []
            for step in 0..<5 {
                let pod = node.pod("pod-\(step)", &random)
                if admission.admit(pod).verdict.isAdmitted { residents.append(pod) }
                if Bool.random(using: &random), let pod = residents.randomElement(using: &random) {
                    for container in pod.containers {
                        admission.started(Holder(podUID: pod.uid, container: container.name))
                    }
                }
                let before = try Books(apart.providers)
                for provider in apart.providers {
                    if let process = provider.isolation?.process { kill(process, SIGKILL) }
                    // The first call hears of it.
                    #expect(throws: ProviderFailure.self, note) { try provider.stock() }
                }
                #expect(try Books(apart.providers) == before, note)
            }
            for pod in residents { #expect(admission.release(pod) == [], note) }
        }
    }
}
