// SPDX-License-Identifier: Apache-2.0

import CArchive
public import FoundationEssentials
public import NUMACore

/// Bytes that may be compressed by gzip.
public enum Gzip {
    /// The most that a file may grow to; a small file can claim to hold terabytes.
    public static let mostBytes = 1 << 30

    /// Whether the bytes begin as a gzip file does (RFC 1952).
    public static func isCompressed(_ bytes: Data) -> Bool { bytes.prefix(2).elementsEqual([0x1F, 0x8B]) }

    /// The bytes themselves, or what they hold if they are compressed.
    public static func inflated(_ bytes: Data, file: String, limit: Int = mostBytes) throws(NUMAHintsError)
        -> Data
    {
        guard isCompressed(bytes) else { return bytes }
        guard let archive = unsafe archive_read_new() else {
            throw NUMAHintsError(.machine, "no memory to inflate", file: file)
        }
        defer { _ = unsafe archive_read_free(archive) }
        _ = unsafe archive_read_support_filter_gzip(archive)
        _ = unsafe archive_read_support_format_raw(archive)
        // The copy outlives the reading, as libarchive asks for.
        let copy = [UInt8](bytes)
        var result = Data()
        let failure = unsafe copy.withUnsafeBytes { buffer -> String? in
            var entry: OpaquePointer?
            guard unsafe archive_read_open_memory(archive, buffer.baseAddress, buffer.count) == ARCHIVE_OK,
                unsafe archive_read_next_header(archive, &entry) == ARCHIVE_OK,
                // Bytes that no filter knows would come through as they are.
                unsafe archive_filter_code(archive, 0) == ARCHIVE_FILTER_GZIP
            else { return "is damaged" }
            var block = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = unsafe block.withUnsafeMutableBytes {
                    unsafe archive_read_data(archive, $0.baseAddress, $0.count)
                }
                if count == 0 { return nil }
                if count < 0 { return "is damaged" }
                result.append(contentsOf: block[..<Int(count)])
                if result.count > limit { return "holds more than \(BinaryQuantity.rounded(UInt64(limit)))" }
            }
        }
        if let failure { throw NUMAHintsError(.input, "the gzip file \(failure)", file: file) }
        return result
    }
}
