// SPDX-License-Identifier: Apache-2.0

import Dispatch
package import NUMACore
package import NUMAHints
import Synchronization

/// A manager, and the calls of it that are under way.
package final class OpenManager: Sendable {
    private let node: ManagedNode
    private let isClosed = Mutex(false)
    private let calls = DispatchGroup()

    package init(_ node: ManagedNode) { self.node = node }

    /// Runs a call, unless the manager was closed.
    package func call<Value>(_ body: (ManagedNode) throws(NUMAHintsError) -> Value) throws(NUMAHintsError) -> Value {
        let wasClosed = isClosed.withLock { closed in
            if !closed { calls.enter() }
            return closed
        }
        guard !wasClosed else { throw NUMAHintsError(.closed, "the manager was closed") }
        defer { calls.leave() }
        return try body(node)
    }

    /// Lets no call begin any more, and waits for those that are under way.
    package func close() {
        isClosed.withLock { $0 = true }
        calls.wait()
    }
}
