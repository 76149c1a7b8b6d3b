// SPDX-License-Identifier: Apache-2.0

import ProviderWire

/// How often in a row a process was started again, and whether it may be once more.
struct RestartCount: Hashable, Sendable {
    private let waits: [Duration]
    /// Restarts since the last success.
    private(set) var used = 0
    /// All restarts.
    private(set) var total = 0
    /// It failed too often in a row. This does not end.
    private(set) var isQuarantined = false
    private var failing: WireCall?

    var limit: Int { waits.count }

    /// - Parameter waits: before each restart in a row.
    init(waits: [Duration]) { self.waits = waits }

    /// Takes down a fault: how long to wait before the restart, or nil if there is to be none.
    mutating func fail(in call: WireCall) -> Duration? {
        failing = call
        guard !isQuarantined, used < waits.count else {
            isQuarantined = true
            return nil
        }
        used += 1
        total += 1
        return waits[used - 1]
    }

    /// The call that had failed came to an end: what follows is not in a row. Those by which a process is made and told
    /// what is held are not called again; after them a commit will do.
    mutating func succeed(in call: WireCall) {
        let isBeginning = failing.map { [.open, .create, .restore, .restoreMemory, .start].contains($0) } ?? false
        guard used > 0, call == failing || (isBeginning && call == .commit) else { return }
        used = 0
        failing = nil
    }
}
