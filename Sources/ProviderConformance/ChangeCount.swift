// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How often something was said, from whatever thread.
final class ChangeCount: Sendable {
    private let value = Atomic<Int>(0)

    var count: Int { value.load(ordering: .sequentiallyConsistent) }

    func add() { value.add(1, ordering: .sequentiallyConsistent) }
}
