// SPDX-License-Identifier: Apache-2.0

import Glibc
package import Ledger
package import NUMACore

/// Where allocations are kept, and how others who change it are waited for.
package struct LedgerSource: Sendable {
    package var path: String
    package var lockWait: Duration
    /// How many decisions are kept.
    package var history: Int

    package init(path: String, lockWait: Duration = .seconds(10), history: Int = 1000) {
        self.path = path
        self.lockWait = lockWait
        self.history = history
    }

    /// The path that is meant if nobody names one.
    ///
    /// - Parameter environment: `HOME` and `XDG_STATE_HOME` are read of it.
    package static func defaultPath(environment: [String: String]) throws(NUMAHintsError) -> String {
        try LedgerPlace.default(environment: environment, isRoot: geteuid() == 0)
    }

    /// Runs the body with the ledger as it is, without waiting for those who change it.
    ///
    /// - Returns: nil if there is no ledger yet.
    package func reading<Value>(_ body: (SQLiteLedger) throws -> Value) throws -> Value? {
        // What is there and cannot be reached is not the same as nothing.
        guard unsafe access(path, F_OK) == 0 || errno != ENOENT else { return nil }
        let ledger = try SQLiteLedger(path: path, access: .read)
        defer { try? ledger.close() }
        return try body(ledger)
    }

    /// Runs the body with the ledger, and with the right to change it, which is waited for.
    package func writing<Value>(_ body: (SQLiteLedger) throws -> Value) throws -> Value {
        try LedgerPlace.makeFolders(for: path)
        let lock = try LedgerLock(ledger: path, wait: lockWait)
        return try withExtendedLifetime(lock) {
            let ledger = try SQLiteLedger(path: path, history: history)
            defer { try? ledger.close() }
            return try body(ledger)
        }
    }
}
