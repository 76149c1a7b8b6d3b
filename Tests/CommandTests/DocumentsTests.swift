// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What the pages show is what the program says.
@Suite("Documents")
struct DocumentsTests {
    /// A command that a page shows, and the lines that the page shows after it.
    struct Shown {
        var command: [String]
        /// Where it is run, from the root of the checkout.
        var folder: String
        var output: String
    }

    /// A command's words; what stands in quotes is one.
    private static func words(of command: Substring) -> [String] {
        command.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
            index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
        }
    }

    /// The commands of a page, in order. Of other programs only `cd` counts.
    static func shown(in page: String) throws -> [Shown] {
        let text = try String(contentsOf: TestEnvironment.root.appendingPathComponent(page), encoding: .utf8)
        var found: [Shown] = []
        var folder = ""
        var isInside = false
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("    $ ") {
                let words = words(of: line.dropFirst(6))
                isInside = words.first == "numa-hints"
                if words.first == "cd", words.count == 2 { folder = words[1] }
                if isInside { found.append(Shown(command: Array(words.dropFirst()), folder: folder, output: "")) }
            } else if isInside, line.isEmpty || line.hasPrefix("    ") {
                found[found.count - 1].output += line.dropFirst(4) + "\n"
            } else {
                isInside = false
            }
        }
        return found
    }

    static let pages =
        [
            "README.md", "docs/devices.md", "docs/explain.md", "docs/kubelet-differences.md", "docs/kubelet-log.md",
            "docs/kubelet-state.md", "docs/ledger.md", "docs/machines.md", "docs/node-resource-topology.md",
            "docs/refusals.md", "docs/replay.md", "docs/top.md",
        ]
        + ["remote-hugepages", "remote-memory"].map { "Examples/scenarios/\($0)/README.md" }

    /// A page is one session: its commands follow each other, and `$dir` is an empty folder before the first.
    @Test("the sessions on a page can be repeated", arguments: pages)
    func sessions(page: String) throws {
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        let folder = try PrivateFolder()
        func comparable(_ text: String) -> String {
            text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "<time>")
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let session = try Self.shown(in: page)
        #expect(!session.isEmpty)
        for shown in session {
            let words = shown.command.map { $0.replacingOccurrences(of: "$dir", with: folder.url.path) }
            let result = try run(
                program, words, environment: ["COLUMNS": "80"],
                in: TestEnvironment.root.appendingPathComponent(shown.folder))
            #expect(
                comparable(result.output) == comparable(shown.output),
                "\(shown.command.joined(separator: " ")): \(result.all)")
        }
    }

    @Test("the README shows sessions, names the two commands, and stays short")
    func readme() throws {
        let text = try String(contentsOf: TestEnvironment.root.appendingPathComponent("README.md"), encoding: .utf8)
        #expect(try Self.shown(in: "README.md").count >= 3)
        #expect(text.contains("make run") && text.contains("make test"))
        #expect(text.components(separatedBy: "\n").count < 200)
    }

    @Test("the line of policies.md merges as it says")
    func mergeLine() throws {
        let line =
            #"{"id":"a","policy":"restricted","numaNodes":[0,1],"providers":[{"cpu":[{"nodes":[0],"preferred":true},"#
            + #"{"nodes":[1],"preferred":true}]},{"gpu":[{"nodes":[1],"preferred":true}]}]}"#
        let result = try numaHints("merge", "-", input: Data(line.utf8))
        #expect(
            result.output == #"{"id":"a","admit":true,"best":{"nodes":[1],"preferred":true}}"# + "\n", "\(result.all)")
    }
}
