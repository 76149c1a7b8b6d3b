// SPDX-License-Identifier: Apache-2.0

import CArchive
import Glibc
import NUMACore

/// Packs entries into a tar file by libarchive, compressed by gzip, without owners and times.
enum ArchiveWriter {
    /// The bytes of the archive, its entries in the order given.
    static func archive(_ entries: [SnapshotEntry]) throws(NUMAHintsError) -> [UInt8] {
        let bounds = CaptureArchive.Bounds()
        let total = entries.reduce(0) { $0 + $1.size }
        guard entries.count <= bounds.entries / 2, total <= bounds.totalBytes / 2 else {
            throw NUMAHintsError(.machine, "\(entries.count) files with \(total) bytes are too much for a snapshot")
        }
        // Three blocks beside the content of each, and what gzip may add where nothing gets smaller.
        var buffer = [UInt8](repeating: 0, count: (total + entries.count * 4096) * 101 / 100 + (1 << 17))
        var used = 0
        let failure = unsafe buffer.withUnsafeMutableBytes { memory -> String? in
            guard let archive = unsafe archive_write_new() else { return "no memory" }
            defer { _ = unsafe archive_write_free(archive) }
            func failed(_ status: Int32) -> String? {
                guard status < ARCHIVE_OK else { return nil }
                return unsafe archive_error_string(archive).map { unsafe String(cString: $0) } ?? "unknown"
            }
            unsafe archive_write_set_format_gnutar(archive)
            unsafe archive_write_add_filter_gzip(archive)
            // Without it gzip's header has the time.
            unsafe archive_write_set_filter_option(archive, "gzip", "timestamp", nil)
            unsafe archive_write_set_filter_option(archive, "gzip", "compression-level", "9")
            if let failure = failed(
                unsafe archive_write_open_memory(archive, memory.baseAddress, memory.count, &used))
            {
                return failure
            }
            for entry in entries {
                if let failure = failed(unsafe write(entry, archive)) { return "\(entry.path): \(failure)" }
            }
            return failed(unsafe archive_write_close(archive))
        }
        if let failure { throw NUMAHintsError(.machine, "the snapshot cannot be packed: \(failure)") }
        return Array(buffer.prefix(used))
    }

    private static func write(_ entry: SnapshotEntry, _ archive: OpaquePointer) -> Int32 {
        guard let header = unsafe archive_entry_new() else { return ARCHIVE_FATAL }
        defer { unsafe archive_entry_free(header) }
        unsafe archive_entry_set_pathname(header, entry.path)
        unsafe archive_entry_set_mtime(header, 0, 0)
        var bytes: [UInt8] = []
        switch entry.content {
        case .file(let content):
            bytes = content
            unsafe archive_entry_set_filetype(header, S_IFREG)
            unsafe archive_entry_set_perm(header, 0o644)
        case .folder:
            unsafe archive_entry_set_filetype(header, S_IFDIR)
            unsafe archive_entry_set_perm(header, 0o755)
        case .link(let target):
            unsafe archive_entry_set_filetype(header, S_IFLNK)
            unsafe archive_entry_set_perm(header, 0o777)
            unsafe archive_entry_set_symlink(header, target)
        }
        unsafe archive_entry_set_size(header, Int64(bytes.count))
        let status = unsafe archive_write_header(archive, header)
        guard status == ARCHIVE_OK, !bytes.isEmpty else { return status }
        let count = unsafe archive_write_data(archive, bytes, bytes.count)
        return count == bytes.count ? ARCHIVE_OK : ARCHIVE_FATAL
    }
}
