// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lines of a log, from any thread.
public final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    public init() {}

    public var all: [String] { lines.withLock { $0 } }
    @Sendable public func add(_ line: String) { lines.withLock { $0.append(line) } }
}
