// SPDX-License-Identifier: Apache-2.0

import CArchive
import Glibc
import NUMACore

/// Walks the entries of a tar file by libarchive.
@safe
struct ArchiveReader {
    /// One entry, as long as it is the current one.
    @safe
    struct Entry {
        fileprivate let archive: OpaquePointer
        fileprivate let entry: OpaquePointer

        /// The path as it stands in the archive; nil if it is no text.
        var path: String? { unsafe Self.text(archive_entry_pathname(entry)) }
        /// Where a symbolic link points to.
        var linkTarget: String? { unsafe Self.text(archive_entry_symlink(entry)) }
        /// The other name of the same file, for a hard link.
        var hardLinkTarget: String? { unsafe Self.text(archive_entry_hardlink(entry)) }
        var isHardLink: Bool { unsafe archive_entry_hardlink(entry) != nil }
        /// `S_IFREG`, `S_IFDIR`, `S_IFLNK`, or what a capture must not have.
        var type: mode_t { unsafe archive_entry_filetype(entry) }
        /// What the archive says of its size; not to be relied on.
        var size: Int64 { unsafe archive_entry_size(entry) }

        /// The next part of the file's content; empty at its end.
        func nextPart(into buffer: inout [UInt8]) throws(ArchiveReader.Failure) -> ArraySlice<UInt8> {
            let got = unsafe archive_read_data(archive, &buffer, buffer.count)
            guard got >= 0 else { throw unsafe Failure(archive) }
            return buffer[..<got]
        }

        private static func text(_ text: UnsafePointer<CChar>?) -> String? {
            guard let text = unsafe text else { return nil }
            return unsafe String(validatingCString: text)
        }
    }

    /// What libarchive says is wrong.
    struct Failure: Error {
        var message: String

        init(_ archive: OpaquePointer) {
            let text = unsafe archive_error_string(archive).map { unsafe String(cString: $0) }
            message = (text ?? "it cannot be read").filter { $0 != "\n" }
        }
    }

    /// Calls `body` with each entry in order.
    static func forEachEntry(of path: String, _ body: (Entry) throws -> Void) throws {
        guard let archive = unsafe archive_read_new() else {
            throw NUMAHintsError(.machine, "no memory to unpack it", file: path)
        }
        defer { unsafe archive_read_free(archive) }
        // Only filters that libarchive has in itself: for others it would start programs.
        unsafe archive_read_support_filter_gzip(archive)
        unsafe archive_read_support_filter_bzip2(archive)
        unsafe archive_read_support_filter_xz(archive)
        unsafe archive_read_support_filter_zstd(archive)
        unsafe archive_read_support_format_tar(archive)
        do {
            guard unsafe archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK else {
                throw unsafe Failure(archive)
            }
            while true {
                var entry: OpaquePointer?
                let status = unsafe archive_read_next_header(archive, &entry)
                if status == ARCHIVE_EOF { return }
                // A warning is about names or times that do not matter here.
                guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry = unsafe entry else {
                    throw unsafe Failure(archive)
                }
                try body(unsafe Entry(archive: archive, entry: entry))
            }
        } catch let failure as Failure {
            throw NUMAHintsError(.input, "no intact tar file: \(failure.message)", file: path)
        }
    }
}
