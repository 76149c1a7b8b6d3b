// SPDX-License-Identifier: Apache-2.0

import GRDB
import NUMACore

/// The machine as it was last, in one row.
enum MachineRow {
    static func replace(_ database: Database, _ text: String) throws {
        var row = RowValues()
        try row.add(text, "the machine")
        var sum = Checksum()
        sum.add(row, columns: 1)
        row.add(sum.stored)
        try PreparedStatement(database, "INSERT OR REPLACE INTO machine VALUES (1, ?, ?)").run(row)
    }

    static func text(_ database: Database) throws -> String? {
        let sql = "SELECT text, checksum FROM machine WHERE id = 1"
        return try PreparedStatement(database, sql).first("machine") { row in
            guard try row.number(1) == row.checksum(columns: 1) else {
                throw LedgerFailure.damaged("what it has of the machine is not as it was written")
            }
            return try row.text(0)
        }
    }
}
