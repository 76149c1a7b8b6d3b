// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NUMACore

/// The text of a file, and the name by which messages call it.
public struct SourceText: Hashable, Sendable {
    /// Larger files are refused: 16 MiB.
    public static let sizeLimit = 16 << 20

    public let text: String
    public let file: String

    public init(_ text: String, file: String) {
        self.text = text
        self.file = file
    }

    /// Takes bytes as UTF-8, without the byte order mark that they may begin with.
    ///
    /// - Throws: an input error with the line of the first byte that is no UTF-8, or is a control
    ///   character that no text file has.
    public init(bytes: [UInt8], file: String) throws {
        guard bytes.count <= Self.sizeLimit else {
            throw NUMAHintsError(
                .input, "the file is larger than \(BinaryQuantity.exact(UInt64(Self.sizeLimit)))", file: file)
        }
        if let place = bytes.firstIndex(where: { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) }) {
            throw NUMAHintsError(
                .input, "byte \(bytes[place]) is not allowed in a text file",
                file: file, line: Self.line(of: place, in: bytes))
        }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard let text = String(validating: bytes[start...], as: UTF8.self) else {
            let whole = String(decoding: bytes, as: UTF8.self).utf8
            let place = zip(bytes, whole).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            throw NUMAHintsError(
                .input, "the file is not UTF-8",
                file: file, line: Self.line(of: place ?? bytes.count, in: bytes))
        }
        self.init(text, file: file)
    }

    /// Reads a file, or standard input for `-`, to its end or to the limit.
    public static func read(_ path: String) throws -> SourceText {
        let file = path == "-" ? "standard input" : path
        return try SourceText(bytes: bytes(of: path, file: file), file: file)
    }

    /// The bytes of a file, or of standard input for `-`; of one that is too large, more than the limit.
    ///
    /// - Parameter file: what messages call it.
    static func bytes(of path: String, file: String) throws -> [UInt8] {
        let descriptor = path == "-" ? 0 : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be opened", file) }
        defer { if descriptor != 0 { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= sizeLimit {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("cannot be read", file) }
            if count == 0 { break }
            bytes.append(contentsOf: chunk.prefix(count))
        }
        return bytes
    }

    private static func failure(_ what: String, _ file: String) -> NUMAHintsError {
        let reason = unsafe String(cString: strerror(errno))
        return NUMAHintsError(.input, "\(what): \(reason)", file: file)
    }

    private static func line(of place: Int, in bytes: [UInt8]) -> Int {
        1 + bytes.prefix(place).count { $0 == 0x0A }
    }
}
