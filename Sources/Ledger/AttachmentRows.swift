// SPDX-License-Identifier: Apache-2.0

import Admission
import GRDB
import NUMACore

/// The cgroups of containers, one row each.
enum AttachmentRows {
    static func replace(_ database: Database, _ attachment: LedgerAttachment) throws {
        let what = "the cgroup of \(attachment.container)"
        var row = RowValues()
        for text in [attachment.uid, attachment.container, attachment.root, attachment.group] {
            try row.add(text, what)
        }
        var sum = Checksum()
        sum.add(row, columns: 4)
        row.add(sum.stored)
        try delete(database, uid: attachment.uid, container: attachment.container)
        try PreparedStatement(database, "INSERT INTO attachment VALUES (?,?,?,?,?)").run(row)
    }

    /// - Parameter container: nil for all of the pod.
    static func delete(_ database: Database, uid: String, container: String?) throws {
        let sql = "DELETE FROM attachment WHERE uid = ?1 AND (?2 IS NULL OR container = ?2)"
        var key = RowValues(uid)
        if let container { key.add(container) } else { key.addNull() }
        try PreparedStatement(database, sql).run(key)
    }

    /// In ascending order of uid and container.
    static func all(_ database: Database) throws -> [LedgerAttachment] {
        var all: [LedgerAttachment] = []
        let sql = "SELECT * FROM attachment ORDER BY uid, container"
        try PreparedStatement(database, sql).each("attachment") { row in
            let found = LedgerAttachment(
                uid: try row.text(0), container: try row.text(1), root: try row.text(2), group: try row.text(3))
            guard try row.number(4) == row.checksum(columns: 4) else {
                throw LedgerFailure.damaged("the cgroup of \(found.container) is not as it was written")
            }
            all.append(found)
        }
        return all
    }
}
