// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import Testing

@Suite struct YAMLDocumentsTests {
    private static func nested(_ count: Int) -> String {
        String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }

    /// Nine levels of nine aliases each: 9^9 values written out.
    private static let bomb = (1..<10).reduce("l0: &l0 [x, x, x, x, x, x, x, x, x]\n") { text, level in
        let names = Array(repeating: "*l\(level - 1)", count: 9).joined(separator: ", ")
        return text + "l\(level): &l\(level) [\(names)]\n"
    }

    /// Anchors that each nest the one before deeper.
    private static func chain(_ count: Int, depth: Int) -> String {
        (1..<count).reduce("a0: &a0 x\n") { text, link in
            text + "a\(link): &a\(link)\n  " + String(repeating: "- ", count: depth) + "*a\(link - 1)\n"
        }
    }

    @Test(
        "texts that are no YAML, or more of it than anybody needs",
        arguments: [
            BadFile("a: [1, 2\nb: 3\n", line: 2, "not YAML"),
            BadFile("a: b: c\n", line: 1, "not YAML", "mapping values are not allowed"),
            BadFile("\tkey: 1\n", line: 1, "not YAML", "cannot start any token"),
            BadFile("a: \"open\nb: 1\n", line: 3, "not YAML", "quoted scalar"),
            BadFile("a: 1\nb: *nobody\n", line: 2, "no anchor &nobody before the alias"),
            BadFile("a: &a [*a]\n", line: 1, "no anchor &a before the alias"),
            BadFile("a: &a 1\n---\nb: *a\n", line: 3, "no anchor &a before the alias"),
            BadFile("a: 1\n  b: 2\n", line: 2, "not YAML"),
            BadFile("a: 1\nb: 2\na: 3\n", line: 3, "the key \"a\" is given twice"),
            BadFile("'1': 1\n1: 2\n", line: 2, "the key \"1\" is given twice"),
            BadFile("a: 1\n? [x, y]\n: 2\n", line: 2, "a key must be plain text, found a list"),
            BadFile("a: &a [1]\n*a : 2\n", line: 2, "a key must be plain text"),
            BadFile("a: &a [1]\nb: {[*a]: 2}\n", line: 2, "a key must be plain text"),
            BadFile("<<: 1\n", line: 1, "<< must be a mapping"),
            BadFile("x: \u{0}\n", line: 1, "byte 0 is not allowed"),
            BadFile("x: 1\ny: \u{1B}[0m\n", line: 2, "byte 27 is not allowed"),
            BadFile("x: 1\ny: \u{FFFF}\n", line: 2, "not YAML", "control characters"),
            BadFile("x: \(nested(101))", line: 1, "nested more than 100 deep"),
            BadFile("x: \(nested(5000))", line: 1, "nested far too deeply"),
            BadFile(bomb, line: 7, "more than 2000000 values"),
            BadFile(chain(4000, depth: 30), line: 9, "nested more than 100 deep"),
            BadFile("%YAML 3.0\n---\na: 1\n", line: 1, "not YAML", "incompatible"),
            BadFile("a: 1\n...\n}\n", line: 3, "not YAML"),
        ])
    func bad(_ file: BadFile) { file.check { try PodFile.parse($0, file: $1) } }

    @Test("a hundred thousand brackets end in a message, not in a crash")
    func brackets() {
        for text in ["[", "{", "- ", "? ", "a: {", "[&a ", "!!seq ["] {
            let said = complaint { try PodFile.parse(String(repeating: text, count: 100_000), file: "deep") }
            #expect(said.hasPrefix("deep:"), "\(text)")
        }
    }

    @Test("bytes that are no text")
    func bytes() throws {
        #expect(try SourceText(bytes: [0xEF, 0xBB, 0xBF, 0x61], file: "f").text == "a")
        #expect(
            complaint { try SourceText(bytes: [0x61, 0x0A, 0xFF, 0xFE], file: "f") }
                == "f:2: the file is not UTF-8")
        #expect(
            complaint { try SourceText(bytes: Array("a\n\n".utf8) + [0xC3], file: "f") }
                == "f:3: the file is not UTF-8")
        let long = [UInt8](repeating: 0x20, count: SourceText.sizeLimit + 1)
        #expect(complaint { try SourceText(bytes: long, file: "f") } == "f: the file is larger than 16Mi")
    }

    @Test("files that cannot be read")
    func files() {
        #expect(
            complaint { try PodFile.read("/nowhere/pod.yaml") }.hasPrefix(
                "/nowhere/pod.yaml: cannot be opened"))
        #expect(complaint { try PodFile.read("/proc/self") }.hasPrefix("/proc/self: cannot be read"))
        #expect(complaint { try PodFile.read("/dev/zero") } == "/dev/zero: the file is larger than 16Mi")
    }
}
