// SPDX-License-Identifier: Apache-2.0

import GRDB
import NUMACore

/// What SQLite reports, in one line for the user of a ledger.
struct LedgerFailure {
    /// The ledger's file; nil in memory.
    let file: String?

    /// One line about any error that a call of the database ended with.
    func error(_ error: any Error) -> NUMAHintsError {
        if var known = error as? NUMAHintsError {
            known.file = known.file ?? file
            return known
        }
        guard let failure = error as? DatabaseError else {
            return NUMAHintsError(.state, "the ledger cannot be used: \(Self.line("\(error)"))", file: file)
        }
        return NUMAHintsError(.state, text(of: failure), file: file)
    }

    /// The ledger has what no ledger of ours has.
    static func damaged(_ what: String) -> NUMAHintsError {
        NUMAHintsError(.state, "the ledger is damaged: \(what)")
    }

    private func text(of failure: DatabaseError) -> String {
        let said = Self.line(failure.message ?? "no more is known")
        let code = failure.extendedResultCode.rawValue
        switch failure.resultCode {
        case .SQLITE_NOTADB: return "the file is no SQLite database"
        case .SQLITE_CORRUPT, .SQLITE_FORMAT: return "the ledger is damaged: \(said)"
        case .SQLITE_READONLY, .SQLITE_PERM:
            return "the ledger cannot be written: \(said) (SQLite's code \(code)); nothing was changed"
        case .SQLITE_CANTOPEN: return "the ledger cannot be opened: \(said) (SQLite's code \(code))"
        case .SQLITE_FULL: return "there is no space left for the ledger: \(said); nothing was changed"
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
            return "another program uses the ledger: \(said); nothing was changed"
        case .SQLITE_IOERR:
            return "the ledger cannot be read or written: \(said) (SQLite's code \(code)); nothing was changed"
        case .SQLITE_ERROR:
            // A table that is not there, or has other columns: somebody was at the schema.
            return "the ledger is damaged: \(said)"
        case .SQLITE_CONSTRAINT: return "the ledger is damaged, or was to be: \(said); nothing was changed"
        default: return "the ledger cannot be used: \(said) (SQLite's code \(code))"
        }
    }

    /// Without line ends, so that an error stays one line.
    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
