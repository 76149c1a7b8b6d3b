// SPDX-License-Identifier: Apache-2.0

import Admission
import GRDB
import NUMACore

/// The cgroups of containers, one row each.
enum AttachmentRows {
    private static let insertion = Insertion(into: "attachment", columns: 5)

    static func replace(_ database: Database, _ attachment: LedgerAttachment) throws {
        let what = "the cgroup of \(attachment.container)"
        let row = try [attachment.uid, attachment.container, attachment.root, attachment.group].map {
            try Writable.text($0, what)
        }
        try delete(database, uid: attachment.uid, container: attachment.container)
        try insertion.insert(row + [checksum(row).databaseValue], database)
    }

    /// - Parameter container: nil for all of the pod.
    static func delete(_ database: Database, uid: String, container: String?) throws {
        let sql = "DELETE FROM attachment WHERE uid = ?1 AND (?2 IS NULL OR container = ?2)"
        try database.cachedStatement(sql: sql).execute(arguments: [uid, container])
    }

    /// In ascending order of uid and container.
    static func all(_ database: Database) throws -> [LedgerAttachment] {
        var all: [LedgerAttachment] = []
        let sql = "SELECT * FROM attachment ORDER BY uid, container"
        try StoredRow.each(database, "attachment", sql: sql) { row in
            let found = LedgerAttachment(
                uid: try row.text(0), container: try row.text(1), root: try row.text(2), group: try row.text(3))
            guard try row.number(4) == checksum(row.values.prefix(4)) else {
                throw LedgerFailure.damaged("the cgroup of \(found.container) is not as it was written")
            }
            all.append(found)
        }
        return all
    }

    private static func checksum(_ row: some Sequence<DatabaseValue>) -> Int64 {
        var sum = Checksum()
        sum.add(row)
        return sum.stored
    }
}
