// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Provider libraries that were cut short or damaged in their headers, which the dynamic loader would follow
/// to the end of the process. Each is opened in a process of its own.
@Suite("Damaged libraries")
struct DamagedLibraryTests {
    /// Opens these bytes as the only library.
    func open(_ bytes: Data, in folder: PrivateFolder) throws -> CommandResult {
        try bytes.write(to: folder.url.appendingPathComponent("lib.so"))
        return try numaHints("providers", "--providers", folder.url.path, "--machine", "synthetic:numa:2 pu:2")
    }

    static let widget = Result {
        try CompiledLibrary(compiling: TestEnvironment.root.appendingPathComponent("Examples/widget-c/widget.c"))
    }

    @Test("a library that is cut short anywhere is refused in one line, or harms nothing")
    func cutShort() throws {
        let whole = try Data(contentsOf: try Self.widget.get().url)
        let folder = try PrivateFolder()
        #expect(try open(whole, in: folder).status == 0)
        var generator = SeededGenerator(seed: TestEnvironment.seed)
        for _ in 0..<min(200, TestEnvironment.cases(20)) {
            let length = Int.random(in: 0..<whole.count, using: &generator)
            let result = try open(whole.prefix(length), in: folder)
            let lines = result.output.split(separator: "\n").filter { $0.contains("lib.so: ") }
            // What comes last, the section headers and the symbols of debuggers, is not loaded.
            #expect(
                result.status == 3 && lines.count == 1 || result.status == 0,
                "seed \(TestEnvironment.seed), cut to \(length): \(result.all)")
        }
    }

    /// Bytes of the ELF header, and of a program header of a segment that is loaded, with what they become.
    /// Source: elf(5).
    static let damages: [(name: String, inSegment: Bool, place: Int, value: UInt8)] = [
        ("magic number", false, 0, 0), ("class", false, 4, 1), ("byte order", false, 5, 2),
        ("type", false, 16, 1), ("machine", false, 18, 3), ("version", false, 20, 9),
        ("place of the program headers", false, 37, 0xFF), ("size of a program header", false, 54, 0),
        ("number of program headers, too many", false, 57, 1), ("number of program headers, none", false, 56, 0),
        ("offset", true, 12, 1), ("address", true, 22, 1), ("size in the file", true, 36, 1),
        ("size in memory", true, 44, 1), ("alignment", true, 48, 3), ("rights", true, 4, 7),
    ]

    @Test("a damaged header is refused in one line", arguments: damages)
    func damaged(name: String, inSegment: Bool, place: Int, value: UInt8) throws {
        var bytes = try Data(contentsOf: try Self.widget.get().url)
        // Program headers of 56 bytes follow the ELF header of 64 in what compilers make; type 1 is PT_LOAD.
        let segment = try #require((0..<Int(bytes[56])).map { 64 + 56 * $0 }.first { bytes[$0] == 1 })
        bytes[(inSegment ? segment : 0) + place] = value
        let result = try open(bytes, in: try PrivateFolder())
        let lines = result.output.split(separator: "\n").filter { $0.contains("lib.so: is ") }
        #expect(result.status == 3 && lines.count == 1, "\(result.all)")
    }
}
