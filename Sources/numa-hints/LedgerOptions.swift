// SPDX-License-Identifier: Apache-2.0

public import Admission
public import ArgumentParser
import Ledger
import NUMACore
import NUMAHints
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
        return try LedgerSource.defaultPath(environment: Environment.values(["HOME", "XDG_STATE_HOME"]))
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
        try source().reading(body)
    }

    /// Runs the body with the ledger, and with the right to change it, which is waited for.
    ///
    /// - Parameter history: how many decisions are kept.
    func withLedger(history: Int, _ body: (SQLiteLedger) throws -> Void) throws {
        try changeable(history: history).writing(body)
    }

    /// The ledger as one that is to be changed.
    ///
    /// - Parameter history: how many decisions are kept.
    func changeable(history: Int) throws -> LedgerSource {
        let source = try source(history: history)
        if let ledger, source.path != ledger {
            throw NUMAHintsError(.usage, "a snapshot's ledger can be read, not changed", file: ledger)
        }
        return source
    }

    func source(history: Int = 1000) throws -> LedgerSource {
        LedgerSource(path: try path(), lockWait: .seconds(lockWait), history: history)
    }
}

extension LossHandling: ExpressibleByArgument {}
