// SPDX-License-Identifier: Apache-2.0

import GRDB
import NUMACore

/// The machine as it was last, in one row.
enum MachineRow {
    static func replace(_ database: Database, _ text: String) throws {
        let row = [try Writable.text(text, "the machine")]
        let sql = "INSERT OR REPLACE INTO machine VALUES (1, ?, ?)"
        try database.execute(sql: sql, arguments: StatementArguments(row + [checksum(row).databaseValue]))
    }

    static func text(_ database: Database) throws -> String? {
        guard let found = try Row.fetchOne(database, sql: "SELECT text, checksum FROM machine WHERE id = 1") else {
            return nil
        }
        let row = StoredRow("machine", found)
        guard try row.number(1) == checksum(row.values.prefix(1)) else {
            throw LedgerFailure.damaged("what it has of the machine is not as it was written")
        }
        return try row.text(0)
    }

    private static func checksum(_ row: some Sequence<DatabaseValue>) -> Int64 {
        var sum = Checksum()
        sum.add(row)
        return sum.stored
    }
}
