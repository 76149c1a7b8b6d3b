// SPDX-License-Identifier: Apache-2.0

import GRDB
public import NUMACore

extension SQLiteLedger {
    /// Writes what the ledger holds at one moment into a file of its own, without what was deleted.
    ///
    /// - Parameter path: of a file that is not there.
    /// - Throws: `.state` if it cannot be read or the copy not be written.
    public func copy(to path: String) throws(NUMAHintsError) {
        // SQLite does it in one transaction of its own; source: https://www.sqlite.org/lang_vacuum.html
        do { try queue.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) } } catch {
            throw LedgerFailure(file: self.path).error(error)
        }
    }
}
