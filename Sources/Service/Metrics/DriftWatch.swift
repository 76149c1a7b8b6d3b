// SPDX-License-Identifier: Apache-2.0

import Dispatch
import FoundationEssentials
package import NUMAHints
import Synchronization

/// Looks now and then where containers are, while others go on. Who asks is told what the last look found.
package final class DriftWatch: Sendable {
    /// What a look found.
    package struct Look: Hashable, Sendable {
        /// Containers that are somewhere.
        package var lookedAt: Int
        /// Those of them of which something is elsewhere than where they were admitted.
        package var drifted: Int
        package var seconds: Double
        /// Since 1970.
        package var ended: Double
    }

    package struct State: Hashable, Sendable {
        /// Nil until there was one.
        package var last: Look?
        package var failures = 0
        fileprivate var isLooking = false
        fileprivate var begun: ContinuousClock.Instant?
    }

    /// Reading the pages of a process holds up its allocations, so a look is not made for each answer.
    package static let interval = Duration.seconds(60)

    private let known = Mutex(State())

    package init() {}

    package var state: State { known.withLock { $0 } }

    /// Has a look made by another thread if the last one was begun long ago and none is under way.
    func refresh(_ node: ManagedNode, now: ContinuousClock.Instant = .now) {
        let isDue = known.withLock { state in
            guard !state.isLooking, state.begun.map({ now - $0 >= Self.interval }) ?? true else { return false }
            state.isLooking = true
            state.begun = now
            return true
        }
        guard isDue else { return }
        DispatchQueue.global(qos: .utility).async { self.look(at: node) }
    }

    /// Looks now. A look that fails leaves what the one before it found.
    package func look(at node: ManagedNode) {
        let start = ContinuousClock.now
        let found = try? node.verify()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        known.withLock { state in
            state.isLooking = false
            guard let found else {
                state.failures += 1
                return
            }
            let placed = found.filter { $0.place != nil || !$0.devices.isEmpty }
            state.last = Look(
                lookedAt: placed.count, drifted: placed.count(where: \.hasDrift), seconds: seconds,
                ended: Date.now.timeIntervalSince1970)
        }
    }
}
