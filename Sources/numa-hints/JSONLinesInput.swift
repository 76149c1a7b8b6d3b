// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import NUMACore
import Recordings

/// A file of JSON Lines, or standard input, that is worked through line by line: a bad line is reported, the rest is
/// still done.
struct JSONLinesInput {
    /// What people call it.
    let name: String
    private let bytes: Data

    /// - Parameter file: a path, also of a file compressed by gzip; `-` is standard input.
    init(_ file: String) throws {
        name = file == "-" ? "standard input" : file
        let read =
            file == "-"
            ? Standard.input(limit: Gzip.mostBytes).map { Data($0) }
            // Mapped, so that a large file is in memory only where it is being read.
            : try? Data(contentsOf: URL(filePath: file), options: .mappedIfSafe)
        guard let read else {
            throw NUMAHintsError(
                .input, "cannot be read; name a file of JSON Lines, or - for standard input", file: name)
        }
        bytes = try Gzip.inflated(read, file: name)
    }

    /// Hands each line that is not blank to `body`, with what it is to be printed; an error of the input is reported
    /// with the line's number, any other one ends the work.
    ///
    /// - Throws: the exit code of bad input, if a line was bad.
    func forEach(_ body: (Data, inout String) throws -> Void) throws {
        var (isBad, isEmpty) = (false, true)
        var output = ""
        var (start, number) = (bytes.startIndex, 0)
        defer { print(output, terminator: "") }
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            let line = bytes[start..<end]
            (start, number) = (min(end + 1, bytes.endIndex), number + 1)
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            isEmpty = false
            do {
                try body(line, &output)
            } catch let error as NUMAHintsError where error.code == .input {
                print(output, terminator: "")
                output = ""
                Standard.error("numa-hints: \(NUMAHintsError(.input, error.message, file: name, line: number))")
                isBad = true
            }
            if output.utf8.count > 1 << 16 {
                print(output, terminator: "")
                output = ""
            }
        }
        guard !isEmpty else { throw NUMAHintsError(.input, "has no line; expected JSON Lines", file: name) }
        if isBad { throw ExitCode(NUMAHintsError.Code.input.exitStatus) }
    }
}
