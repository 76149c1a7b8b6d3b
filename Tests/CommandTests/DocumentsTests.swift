// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What the pages show is what the program says.
@Suite("Documents")
struct DocumentsTests {
    /// A command that a page shows, and the lines that the page shows after it.
    struct Shown: Sendable, CustomStringConvertible {
        var command: [String]
        var output: String
        var description: String { command.joined(separator: " ") }
    }

    static func shown(in page: String) -> [Shown] {
        let url = TestEnvironment.root.appendingPathComponent(page)
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
        var found: [Shown] = []
        var isInside = false
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("    $ ") {
                let words = line.dropFirst(6).split(separator: " ").map(String.init)
                isInside = words.first == "numa-hints"
                if isInside { found.append(Shown(command: Array(words.dropFirst()), output: "")) }
            } else if isInside, line.isEmpty || line.hasPrefix("    ") {
                found[found.count - 1].output += line.dropFirst(4) + "\n"
            } else {
                isInside = false
            }
        }
        return found
    }

    static let pages = ["README.md", "docs/kubelet-differences.md", "docs/replay.md"]

    @Test("a session on a page can be repeated", arguments: pages.flatMap(shown))
    func session(shown: Shown) throws {
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        let result = try run(program, shown.command, environment: ["COLUMNS": "80"])
        func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
        #expect(trimmed(result.output) == trimmed(shown.output), "\(result.all)")
    }

    @Test("the session on the ledger's page can be repeated, command after command")
    func ledgerSession() throws {
        let page = Self.shown(in: "docs/ledger.md")
        let folder = try PrivateFolder()
        let ledger = folder.url.appendingPathComponent("ledger.db").path
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        func timeless(_ text: String) -> String {
            text.replacing(ledger, with: "ledger.db").replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "TIME")
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        #expect(page.count >= 7)
        for shown in page {
            let words = shown.command.map { $0 == "ledger.db" ? ledger : $0 }
            let result = try run(program, words, environment: ["COLUMNS": "80"])
            #expect(timeless(result.output) == timeless(shown.output), "\(shown): \(result.all)")
        }
    }

    @Test("the README shows sessions, names the two commands, and stays short")
    func readme() throws {
        let text = try String(contentsOf: TestEnvironment.root.appendingPathComponent("README.md"), encoding: .utf8)
        #expect(Self.shown(in: "README.md").count >= 3)
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
