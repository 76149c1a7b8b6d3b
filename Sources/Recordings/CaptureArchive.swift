// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import NUMACore

/// A captured machine in a tar file, plain or packed by gzip, bzip2, xz or zstd.
public enum CaptureArchive {
    /// How much an archive may hold.
    public struct Bounds: Hashable, Sendable {
        /// Files, folders and links.
        public var entries = 200_000
        /// Of all files together, unpacked.
        public var totalBytes = 1 << 30
        /// Of one file, unpacked.
        public var fileBytes = 64 << 20
        public var pathBytes = 1024
        /// Folders in folders.
        public var depth = 64

        public init() {}
    }

    /// Unpacks an archive into a private folder, gives its root to `body`, and removes the folder.
    ///
    /// - Parameters:
    ///   - scratch: the folder to make the private one in.
    ///   - body: is given the folder that holds `sys` and `proc`: the one top folder of the archive,
    ///     or where there are several, the top.
    /// - Throws: with code `input` for an archive that is broken, holds what a capture does not need
    ///   (devices, pipes, absolute paths, `..`, links to the outside) or is larger than the bounds.
    public static func withUnpacked<Result>(
        _ path: String, scratch: String = "/tmp", bounds: Bounds = Bounds(), _ body: (String) throws -> Result
    ) throws -> Result {
        let (folder, root) = try unpacked(path, scratch: scratch, bounds: bounds)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(root)
    }

    /// Unpacks an archive into a private folder, which the caller removes; nothing is left of one that is refused.
    ///
    /// - Returns: the private folder, and in it the folder that holds `sys` and `proc`.
    static func unpacked(_ path: String, scratch: String, bounds: Bounds = Bounds()) throws
        -> (folder: String, root: String)
    {
        let folder = try privateFolder(in: scratch)
        do {
            var unpacking = Unpacking(archive: path, folder: folder, bounds: bounds)
            try ArchiveReader.forEachEntry(of: path) { try unpacking.add($0) }
            return (folder, try unpacking.finish())
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    /// The path without links in it, or nil if it leads to nothing.
    static func resolved(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        return unsafe realpath(path, &buffer) == nil ? nil : text(of: buffer)
    }

    private static func text(of buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func privateFolder(in scratch: String) throws(NUMAHintsError) -> String {
        var template = (scratch + "/numa-hints-XXXXXX").utf8CString.map { $0 }
        guard unsafe mkdtemp(&template) != nil else {
            throw NUMAHintsError(.machine, "no folder for unpacking can be made in \(scratch)")
        }
        return text(of: template)
    }
}
