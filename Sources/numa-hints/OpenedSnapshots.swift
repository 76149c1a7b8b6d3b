// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import NUMACore
import Recordings
import Synchronization

/// The snapshots whose kubelet's files or ledger the command line names: each is unpacked once, and goes with the
/// process.
enum OpenedSnapshots {
    private struct Opened: Sendable {
        var snapshots: [OpenedSnapshot] = []
        /// What each folder or file of ours is called where the snapshot was taken.
        var names: [(own: String, name: String)] = []
    }

    private static let opened = Mutex(Opened())

    /// The folder with the kubelet's files of a snapshot.
    static func kubelet(of archive: String) throws -> String {
        let (folder, name) = try open(archive).kubelet()
        remember(folder, name)
        return folder
    }

    /// The copy of the ledger in a snapshot.
    static func ledger(of archive: String) throws -> String {
        let (file, name) = try open(archive).ledger()
        remember(file, name)
        return file
    }

    /// A text with the names from where a snapshot was taken, instead of those of folders of ours that will be gone.
    static func named(_ text: String) -> String {
        let names = opened.withLock { $0.names }
        return names.reduce(text) { $0.replacing($1.own, with: $1.name) }
    }

    /// Removes all that was unpacked.
    static func removeAll() {
        let snapshots = opened.withLock { opened in
            defer { opened.snapshots = [] }
            return opened.snapshots
        }
        for snapshot in snapshots { snapshot.remove() }
    }

    private static func open(_ archive: String) throws -> OpenedSnapshot {
        if let known = opened.withLock({ $0.snapshots.first { $0.archive == archive } }) { return known }
        let snapshot = try OpenedSnapshot(archive, scratch: Environment.value("TMPDIR") ?? "/tmp")
        opened.withLock { $0.snapshots.append(snapshot) }
        return snapshot
    }

    private static func remember(_ own: String, _ name: String) {
        opened.withLock { opened in
            guard !opened.names.contains(where: { $0.own == own }) else { return }
            opened.names.append((own, name))
        }
    }
}
