// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import NUMACore
import ProviderHost
import Synchronization
import TestSupport
import Testing

/// Whatever a provider does in whatever call, the host lives and nothing half-made remains.
@Suite("Chaos")
struct ChaosTests {
    @Test("every fault in every call: the host lives, says what happened, and ledger, books and hardware agree")
    func all() throws {
        // Compiled before the clock runs.
        _ = try (ChaosProvider.library.get(), ChaosProvider.other.get())
        var random = SeededGenerator(seed: TestEnvironment.seed)
        let lasting = ["restore", "hints", "prepare", "release", "commit"].map {
            ChaosCase(call: $0, fault: "segv", isLasting: true)
        }
        let cases = (ChaosCase.all + lasting).shuffled(using: &random)
        let courses = Mutex<[(ChaosCase, Result<ChaosCase.Course, any Error>)]>([])
        DispatchQueue.concurrentPerform(iterations: cases.count) { index in
            let result = Result { try cases[index].run() }
            courses.withLock { $0.append((cases[index], result)) }
        }
        let done = courses.withLock { $0 }
        var excess = Duration.zero
        for (chaos, result) in done {
            let course = try result.get()
            #expect(course.problems == [], "\(chaos), NUMA_HINTS_SEED=\(TestEnvironment.seed)")
            for words in chaos.words {
                #expect(course.said.contains { $0.contains(words) }, "\(chaos): \(course.said)")
            }
            excess = max(excess, course.excess)
        }
        #expect(done.count == ChaosCase.calls.count * ChaosCase.faults.count + lasting.count)
        print(
            "chaos: \(ChaosCase.calls.count) calls x \(ChaosCase.faults.count) faults, "
                + "at most \(Int(excess / .milliseconds(1))) ms over a deadline")
        #expect(excess < .seconds(5))
    }
}
