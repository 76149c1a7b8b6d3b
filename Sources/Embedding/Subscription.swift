// SPDX-License-Identifier: Apache-2.0

import CShims
import Dispatch
import Glibc
package import NUMACore
package import NUMAHints
import Synchronization

/// Changes that wait to be taken.
package final class Subscription: Sendable {
    private struct State: Sendable {
        var changes: [NodeChange] = []
        var isEnded = false
        /// Can be read while a change waits; -1 once it is closed.
        var descriptor: Int32
        var feed: ChangeFeed?
    }

    /// More than these are not kept.
    private static let limit = 1024

    let manager: OpenManager
    private let state: Mutex<State>
    /// Counts what may have come: at least once for every change, and once for the end.
    private let arrival = DispatchSemaphore(value: 0)

    package init(_ node: ManagedNode, of manager: OpenManager) throws(NUMAHintsError) {
        self.manager = manager
        let descriptor = shim_event_descriptor()
        guard descriptor >= 0 else { throw NUMAHintsError(.state, "no descriptor is left: error \(errno)") }
        state = Mutex(State(descriptor: descriptor))
        do throws(NUMAHintsError) {
            let feed = try ChangeFeed(node, sink: { [weak self] in self?.put($0) }, end: {})
            state.withLock { $0.feed = feed }
        } catch {
            end()
            throw error
        }
    }

    deinit { end() }

    package var descriptor: Int32 { state.withLock { $0.descriptor } }

    private func put(_ change: NodeChange) {
        state.withLock { state in
            guard !state.isEnded else { return }
            if state.changes.count == Self.limit { state.changes.removeFirst() }
            state.changes.append(change)
            shim_event_set(state.descriptor)
        }
        arrival.signal()
    }

    /// Takes the oldest change, or waits for one.
    ///
    /// - Parameter timeout: in milliseconds; negative for no end.
    /// - Returns: nil if none came.
    package func next(timeout: Int32) throws(NUMAHintsError) -> NodeChange? {
        let end = timeout < 0 ? DispatchTime.distantFuture : .now() + .milliseconds(Int(timeout))
        while true {
            let (change, isEnded) = state.withLock { state -> (NodeChange?, Bool) in
                guard !state.changes.isEmpty, !state.isEnded else { return (nil, state.isEnded) }
                let first = state.changes.removeFirst()
                if state.changes.isEmpty { shim_event_clear(state.descriptor) }
                return (first, false)
            }
            if let change { return change }
            guard !isEnded else { throw NUMAHintsError(.closed, "the subscription was closed") }
            guard arrival.wait(timeout: end) == .success else { return nil }
            // The end is for all who wait.
            if state.withLock({ $0.isEnded }) { arrival.signal() }
        }
    }

    package func end() {
        let feed = state.withLock { state -> ChangeFeed? in
            if state.descriptor >= 0 { close(state.descriptor) }
            state.isEnded = true
            state.descriptor = -1
            state.changes = []
            defer { state.feed = nil }
            return state.feed
        }
        feed?.stop()
        arrival.signal()
    }
}
