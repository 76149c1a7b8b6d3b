// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints top`.
@Suite("top")
struct TopCommandTests {
    private static let kubelet =
        ["top", "--kubelet-root", "Examples/kubelet/root", "--machine", "Examples/machines/two-socket.xml"]

    @Test("where there is no terminal it prints one frame, whole and without colours")
    func once() throws {
        let result = try numaHints(Self.kubelet, environment: ["COLUMNS": "100"])
        #expect(result.status == 0 && !result.output.contains("\u{1b}"), "\(result.all)")
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.hasPrefix("node 0 ") && $0.contains("2/16") }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("uid/5b0c7a5e") && $0.contains("12") }, "\(lines)")
        #expect(lines.allSatisfy { $0.count <= 100 })
    }

    @Test("on a terminal it takes another screen, and gives it back when q is pressed")
    func screen() throws {
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        let command = ([program] + Self.kubelet).joined(separator: " ")
        let result = try run(
            "script", ["-qec", command, "/dev/null"], input: Data("q".utf8), environment: ["NO_COLOR": "1"])
        #expect(result.status == 0, "\(result.all)")
        let start = try #require(result.output.range(of: "\u{1b}[?1049h\u{1b}[?25l"))
        let end = try #require(result.output.range(of: "\u{1b}[?25h\u{1b}[?1049l"))
        let shown = result.output[start.upperBound..<end.lowerBound]
        #expect(shown.contains("node 0") && shown.contains("q quits"))
        #expect(shown.firstMatch(of: /\u{1b}\[[0-9]+m/) == nil)
        #expect(result.output[end.upperBound...].allSatisfy { $0.isWhitespace || $0 == "\u{4}" || $0 == "\u{8}" })
    }

    @Test("a ledger that is not there holds nothing")
    func empty() throws {
        let folder = try PrivateFolder()
        let result = try numaHints(
            "top", "--once", "--ledger", folder.url.appendingPathComponent("none.db").path, "--machine",
            "Examples/machines/two-node.json")
        #expect(result.status == 0 && result.output.hasSuffix("nothing is held\n"), "\(result.all)")
    }

    @Test(
        "mistakes are one line",
        arguments: [
            (["--interval", "0"], Int32(2)), (["--kubelet-root", "/x", "--ledger", "/y"], 2),
            (["--kubelet-root", "/nonexistent"], 3), (["--machine", "/nonexistent", "--ledger", "/nonexistent/x"], 2),
            (["--ledger", "/dev/null"], 3),
        ] as [([String], Int32)])
    func mistakes(words: [String], status: Int32) throws {
        let result = try numaHints(["top", "--once"] + words)
        #expect(result.status == status && result.output.isEmpty, "\(result.all)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.all)")
    }
}
