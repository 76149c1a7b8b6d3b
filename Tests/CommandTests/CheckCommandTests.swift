// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The command `check`: processes that end badly, formats, exit codes.
@Suite("check")
struct CheckCommandTests {
    static let faulty = Result {
        try CompiledLibrary(
            compiling: TestEnvironment.root.appendingPathComponent("Tests/ProviderConformanceTests/Fixtures/faulty.c"),
            definitions: ["_GNU_SOURCE"])
    }

    private func check(_ words: String..., fault: String = "") throws -> CommandResult {
        let folder = try PrivateFolder()
        let settings = folder.url.appendingPathComponent("settings.json")
        try Data((fault.isEmpty ? "{}" : #"{"fault":"\#(fault)"}"#).utf8).write(to: settings)
        return try numaHints(
            ["check", try Self.faulty.get().url.path, "--settings", settings.path] + words)
    }

    @Test(
        "what must not happen in one process with others fails its check alone",
        arguments: [
            "allocation-commit", "allocation-create", "allocation-hints", "allocation-prepare", "allocation-release",
            "allocation-restore",
            "create-leaks-nothing", "processes-equal", "root-captured", "root-none",
        ])
    func alone(_ name: String) throws {
        let result = try check("--only", "allocation-*,create-*,prepare-works,root-*,\(name)", fault: name)
        #expect(result.status == 1)
        #expect(result.output.contains("failed     \(name)"), "\(result.all)")
        #expect(result.output.contains("1 failed"), "\(result.all)")
    }

    @Test(
        "a library that ends the process by a signal, by itself or not at all is a result",
        arguments: [
            ("stop-without-start", "crashed    stop-without-start", "SIGABRT"),
            ("exits", "crashed    create-works", "ended with status 0 before the check was over"),
            ("hangs", "timed-out  create-works", "it had not ended after 5000 ms"),
        ])
    func badEnds(_ fault: String, _ line: String, _ why: String) throws {
        let result = try check(
            "--only", "library-loads,create-works,stop-without-start", "--timeout", "5", fault: fault)
        #expect(result.status == 1)
        #expect(result.output.contains(line) && result.output.contains(why), "\(result.all)")
        #expect(result.output.contains("passed     library-loads"), "\(result.all)")
    }

    @Test("equal seeds give equal output, also as JSON and JUnit", arguments: ["text", "json", "junit"])
    func formats(_ format: String) throws {
        let words = ["--only", "walk-books,rollback-restores,devices-*", "--seed", "7", "-o", format]
        let first = try check(words[0], words[1], words[2], words[3], words[4], words[5], fault: "rollback-restores")
        let again = try check(words[0], words[1], words[2], words[3], words[4], words[5], fault: "rollback-restores")
        #expect(first.output == again.output && first.status == 1)
        #expect(first.output.contains("rollback-restores") && first.output.contains("1 free of 2"), "\(first.all)")
        if format == "junit" {
            #expect(first.output.contains(#"failures="1" errors="0" skipped="2""#), "\(first.all)")
        }
    }

    @Test("names that no check has, settings that are none and libraries that are none are said")
    func usage() throws {
        let library = try Self.faulty.get().url.path
        #expect(try numaHints("check", library, "--only", "nobody").status == 2)
        #expect(try numaHints("check", library, "--timeout", "0").status == 2)
        #expect(try numaHints("check", library, "--jobs", "0").status == 2)
        #expect(try numaHints("check").status == 2)
        #expect(try numaHints("check", library, "--settings", "/nonexistent").status == 2)
        #expect(try numaHints("check", library, "--settings", "README.md").status == 2)
        #expect(try numaHints("check", "/nonexistent.so").status == 3)
        let text = try numaHints("check", TestEnvironment.root.appendingPathComponent("README.md").path)
        #expect(text.status == 3 || text.errors.contains("others"), "\(text.all)")
    }

    @Test("the page has the list that the command prints")
    func list() throws {
        let page = try String(
            contentsOf: TestEnvironment.root.appendingPathComponent("docs/conformance.md"), encoding: .utf8)
        let list = try numaHints("check", "--list").output.split(separator: "\n").map { "    \($0)" }
        #expect(list.count >= 60)
        let shown = page.components(separatedBy: "## The checks")[1].split(separator: "\n").filter {
            $0.hasPrefix("    ")
        }
        #expect(shown.map(String.init) == list)
    }
}
