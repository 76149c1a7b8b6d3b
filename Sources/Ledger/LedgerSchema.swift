// SPDX-License-Identifier: Apache-2.0

import GRDB
import NUMACore

/// The tables of a ledger, and how a file gets to have them.
enum LedgerSchema {
    /// What the header of our files says they are: `NUMA` as four bytes.
    static let applicationID: Int64 = 0x4E55_4D41

    /// Numbers without a sign are kept as the 64 bits they are. Masks and sets are lists as in "0-3,8"; where
    /// there is no mask, there is no value. Every checksum is over the other values of its row; that of a pod is
    /// over its containers and pieces too, and not over its state.
    private static let first = """
        CREATE TABLE books (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            last_sequence INTEGER NOT NULL,
            pods INTEGER NOT NULL, pod_sum INTEGER NOT NULL,
            traces INTEGER NOT NULL, trace_sum INTEGER NOT NULL,
            memory_states INTEGER NOT NULL, memory_sum INTEGER NOT NULL
        ) STRICT;
        INSERT INTO books VALUES (1, 0, 0, 0, 0, 0, 0, 0);

        CREATE TABLE pod (
            sequence INTEGER PRIMARY KEY,
            uid TEXT NOT NULL,
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            qos TEXT NOT NULL,
            admitted_at TEXT NOT NULL,
            state TEXT NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX pod_by_uid ON pod (uid);

        CREATE TABLE container (
            pod INTEGER NOT NULL REFERENCES pod (sequence) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            name TEXT NOT NULL,
            kind TEXT NOT NULL,
            requests TEXT NOT NULL,
            limits TEXT NOT NULL,
            affinity TEXT,
            is_preferred INTEGER,
            PRIMARY KEY (pod, place)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE piece (
            pod INTEGER NOT NULL,
            container INTEGER NOT NULL,
            place INTEGER NOT NULL,
            resource TEXT NOT NULL,
            kind TEXT NOT NULL,
            cpus TEXT,
            nodes TEXT,
            bytes INTEGER,
            device TEXT,
            shares TEXT NOT NULL,
            attributes TEXT NOT NULL,
            taken_from TEXT,
            PRIMARY KEY (pod, container, place),
            FOREIGN KEY (pod, container) REFERENCES container (pod, place) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE memory_state (
            provider TEXT NOT NULL,
            node INTEGER NOT NULL,
            assignments INTEGER NOT NULL,
            cells TEXT NOT NULL,
            tables TEXT NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (provider, node)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE trace (
            sequence INTEGER PRIMARY KEY,
            uid TEXT NOT NULL,
            name TEXT NOT NULL,
            verdict TEXT NOT NULL,
            decision TEXT NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX trace_by_uid ON trace (uid);
        """

    /// Of a pod that is releasing, the container that alone is; the machine as it was last; the cgroups of containers.
    private static let second = """
        ALTER TABLE pod ADD COLUMN leaving TEXT;
        CREATE TABLE machine (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            text TEXT NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE attachment (
            uid TEXT NOT NULL,
            container TEXT NOT NULL,
            root TEXT NOT NULL,
            cgroup TEXT NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (uid, container)
        ) STRICT, WITHOUT ROWID;
        """

    /// Each migration once, in order; what was released is never changed.
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: first)
            try sign(database)
        }
        migrator.registerMigration("2") { try $0.execute(sql: second) }
        return migrator
    }

    /// Gives a new database its tables, and an older one what it lacks.
    static func migrate(_ queue: DatabaseQueue) throws {
        try migrator.migrate(queue)
    }

    /// Says in the header whose file it is.
    static func sign(_ database: Database) throws {
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
    }

    /// Refuses the database of another program, or of a later version of this one.
    ///
    /// - Parameter mustBeLatest: whether an earlier version is refused too, as it is not to be changed.
    static func check(_ queue: DatabaseQueue, mustBeLatest: Bool) throws {
        try queue.read { database in
            let found = try Int64.fetchOne(database, sql: "PRAGMA application_id")
            guard found == applicationID else {
                throw NUMAHintsError(.state, "the file is a database of something else than numa-hints")
            }
            let applied = try migrator.appliedIdentifiers(database).sorted()
            let known = migrator.migrations
            let unknown = applied.filter { !known.contains($0) }
            let latest = known.last ?? "none"
            guard unknown.isEmpty else {
                throw NUMAHintsError(
                    .state,
                    "the ledger is of a newer version of numa-hints: it has the migration "
                        + "\(unknown.joined(separator: ", ")), and this version knows those up to \(latest)")
            }
            guard !mustBeLatest || applied.count == known.count else {
                throw NUMAHintsError(
                    .state,
                    "the ledger is of an older version of numa-hints: it lacks the migration \(latest), "
                        + "which it is given when it is written next")
            }
        }
    }
}
