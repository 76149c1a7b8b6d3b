// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
public import NUMACore
import SystemFiles

/// A snapshot that was unpacked into a private folder, for what is beside the machine in it.
public struct OpenedSnapshot: Hashable, Sendable {
    /// The file.
    public let archive: String
    /// The private folder.
    public let folder: String
    private let root: String
    private let manifest: SnapshotManifest

    /// Whether a path names a file that is no folder: what a snapshot can be, and a kubelet's folder cannot.
    public static func canBe(_ path: String) -> Bool { SystemFiles(root: "").kind(path) == .file }

    /// Whether a path names a file that begins as one compressed by gzip, which a ledger does not.
    public static func isPacked(_ path: String) -> Bool {
        canBe(path) && SystemFiles(root: "").bytes(path, limit: 2) == [0x1F, 0x8B]
    }

    /// Unpacks a file; who opens it removes it.
    ///
    /// - Throws: of code `input` if it is damaged, hostile or no snapshot; then nothing is left of it.
    public init(_ path: String, scratch: String) throws {
        archive = path
        (folder, root) = try CaptureArchive.unpacked(path, scratch: scratch)
        do {
            guard let bytes = SystemFiles(root: root).bytes("/" + SnapshotManifest.name) else {
                throw NUMAHintsError(
                    .input, "no snapshot: it has no \(SnapshotManifest.name); numa-hints snapshot writes one",
                    file: path)
            }
            manifest = try SnapshotManifest(reading: bytes, archive: path)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    /// Removes what was unpacked.
    public func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// Where the kubelet's files are, and what the folder was called where they were taken.
    public func kubelet() throws(NUMAHintsError) -> (folder: String, name: String) {
        guard let name = manifest.kubeletRoot else {
            throw NUMAHintsError(
                .input, "this snapshot has no files of a kubelet; snapshot --kubelet-root takes them", file: archive)
        }
        return ("\(root)/\(Snapshot.kubeletFolder)", name)
    }

    /// Where the ledger is, and what it was called where it was taken.
    public func ledger() throws(NUMAHintsError) -> (file: String, name: String) {
        guard let name = manifest.ledger else {
            throw NUMAHintsError(.input, "this snapshot has no ledger; snapshot --ledger takes one", file: archive)
        }
        return ("\(root)/\(Snapshot.ledgerName)", name)
    }
}
