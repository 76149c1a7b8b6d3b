// SPDX-License-Identifier: Apache-2.0

import CConformance
import Glibc

/// The bytes of a library's file.
struct LibraryBytes {
    let bytes: [UInt8]

    static let largest = 1 << 28
    /// What only the files of such a language have in them.
    private static let languages = [("Swift", "swift5_"), ("Rust", "rust_eh_personality"), ("Go", "go:buildid")]

    init(of path: String) throws {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw NothingToCheck("its file cannot be read") }
        defer { _ = close(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while bytes.count < Self.largest {
            let count = unsafe block.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += block[..<count]
        }
        self.bytes = bytes
    }

    /// The language whose runtime ends the process where it gets no memory; nil if no such language is found in it.
    var runtime: String? { Self.languages.first { contains($0.1) }?.0 }

    private func contains(_ text: String) -> Bool {
        unsafe bytes.withUnsafeBytes { unsafe bytes_contain($0.baseAddress, $0.count, text) }
    }
}
