// SPDX-License-Identifier: Apache-2.0

import Glibc
import NUMACore
import NUMAHints
import Synchronization

/// A manager, and how many calls of it are under way.
final class OpenManager: Sendable {
    private struct State: Sendable {
        var calls = 0
        var isClosed = false
    }

    private let node: ManagedNode
    private let state = Mutex(State())

    init(_ node: ManagedNode) { self.node = node }

    /// Runs a call, unless the manager was closed.
    func call<Value>(_ body: (ManagedNode) throws(NUMAHintsError) -> Value) throws(NUMAHintsError) -> Value {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.calls += 1 }
            return state.isClosed
        }
        guard !isClosed else { throw NUMAHintsError(.closed, "the manager was closed") }
        defer { state.withLock { $0.calls -= 1 } }
        return try body(node)
    }

    /// Lets no call begin any more, and waits for those that are under way.
    func close() {
        state.withLock { $0.isClosed = true }
        while state.withLock({ $0.calls > 0 }) { usleep(1000) }
    }
}
