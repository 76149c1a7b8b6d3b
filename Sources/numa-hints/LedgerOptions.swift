// SPDX-License-Identifier: Apache-2.0

public import Admission
public import ArgumentParser
import Glibc
import Ledger
import NUMACore
import Recordings

/// Where allocations are kept.
struct LedgerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The ledger, or where it is only read, a snapshot that has one: /var/lib/numa-hints/ledger.db for root, below "
                + "XDG_STATE_HOME for others, if not given.",
            valueName: "file"))
    var ledger: String?

    /// The path of the ledger.
    func path() throws -> String {
        if let ledger { return OpenedSnapshot.isPacked(ledger) ? try OpenedSnapshots.ledger(of: ledger) : ledger }
        var environment: [String: String] = [:]
        for name in ["HOME", "XDG_STATE_HOME"] { environment[name] = Environment.value(name) }
        return try LedgerPlace.default(environment: environment, isRoot: geteuid() == 0)
    }

    @Option(
        help: ArgumentHelp(
            "keep, release or refuse: what is done where the machine no longer has what a pod holds. Wins over "
                + "changedMachine in --config; keep if nothing is said."))
    var changedMachine: LossHandling?

    @Option(
        help: ArgumentHelp(
            "How long to wait for others who change the ledger, at most 3600; 0 to try once.", valueName: "seconds"))
    var lockWait = 10

    func validate() throws {
        guard (0...3600).contains(lockWait) else {
            throw ValidationError("--lock-wait \(lockWait): give seconds from 0 to 3600")
        }
    }

    /// Runs the body with the ledger as it is, without waiting for those who change it.
    ///
    /// - Returns: nil if there is no ledger yet.
    func reading<Value>(_ body: (SQLiteLedger) throws -> Value) throws -> Value? {
        let path = try path()
        // What is there and cannot be reached is not the same as nothing.
        guard unsafe access(path, F_OK) == 0 || errno != ENOENT else { return nil }
        let ledger = try SQLiteLedger(path: path, access: .read)
        defer { try? ledger.close() }
        return try body(ledger)
    }

    /// Runs the body with the ledger, and with the right to change it, which is waited for.
    ///
    /// - Parameter history: how many decisions are kept.
    func withLedger(history: Int, _ body: (SQLiteLedger) throws -> Void) throws {
        let path = try path()
        if let ledger, path != ledger {
            throw NUMAHintsError(.usage, "a snapshot's ledger can be read, not changed", file: ledger)
        }
        try LedgerPlace.makeFolders(for: path)
        let lock = try LedgerLock(ledger: path, wait: .seconds(lockWait))
        try withExtendedLifetime(lock) {
            let ledger = try SQLiteLedger(path: path, history: history)
            defer { try? ledger.close() }
            try body(ledger)
        }
    }
}

extension LossHandling: ExpressibleByArgument {}
