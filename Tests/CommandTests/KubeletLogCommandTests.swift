// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints explain --kubelet-log`, as a person runs it.
@Suite("explain --kubelet-log")
struct KubeletLogCommandTests {
    static let log = "Examples/kubelet/kubelet.log"
    static let old = "Examples/kubelet/kubelet-1.20.log"

    @Test("a log through a pipe is read as the file is")
    func standardInput() throws {
        let file = try numaHints("explain", "--kubelet-log", Self.log)
        let bytes = try Data(contentsOf: TestEnvironment.root.appendingPathComponent(Self.log))
        let piped = try numaHints("explain", "--kubelet-log", "-", input: bytes)
        #expect(file.status == 0 && piped.status == 0 && file.output == piped.output, "\(piped.all)")
        #expect(file.output.hasSuffix("\n2 decisions: 2 agree, 0 differ, 0 could not be redone\n"))
        // The end of a line may be missing, and be that of another system.
        let text = String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\n", with: "\r\n").dropLast(2)
        #expect(try numaHints("explain", "--kubelet-log", "-", input: Data(text.utf8)).output == file.output)
    }

    @Test(
        "one pod by its uid, its name, or both of its names",
        arguments: ["8a7e5d42-21c4-4d53-8b3f-6a0f9f5d2e90", "storage-3", "shop/storage-3"])
    func onePod(_ name: String) throws {
        let result = try numaHints("explain", "--kubelet-log", Self.log, "--uid", name, "-o", "json")
        #expect(result.status == 0, "\(result.all)")
        #expect(try ExplainCommandTests.value(result.output, "summary", "decisions") as? Int == 1)
        #expect(try ExplainCommandTests.value(result.output, "lines") as? Int == 19)
        let decision: [any Sendable] = ["decisions", 0]
        func text(_ path: any Sendable...) throws -> String? {
            try ExplainCommandTests.value(result.output, at: decision + path) as? String
        }
        #expect(try text("pod", "name") == "storage-3" && text("verdict") == "refused" && text("outcome") == "agrees")
        #expect(try text("cause") == "cpu can be had on {1} or {0-1}, memory only on {0}: no node has both")
        #expect(try text("settings", "policySource") == "line 2")
        #expect(try text("settings", "semanticsSource") == "line 1")
        #expect(try text("redone", "policy") == "single-numa-node")
    }

    @Test("what differs is no failure; settings that are given win over the log, and that is said")
    func given() throws {
        let result = try numaHints("explain", "--kubelet-log", Self.log, "--policy", "restricted")
        #expect(result.status == 0, "\(result.all)")
        #expect(result.output.contains("  line 2 says policy single-numa-node, restricted was given\n"))
        #expect(
            result.output.contains("  differs: the log has no mask, not preferred, the rule gives {0}, not preferred\n")
        )
        #expect(result.output.hasSuffix("\n2 decisions: 1 agrees, 1 differs, 0 could not be redone\n"))
    }

    @Test("an old log by the rule of today differs")
    func semantics() throws {
        let result = try numaHints("explain", "--kubelet-log", Self.old, "--semantics", "current")
        #expect(
            result.output.contains(
                "  differs: the log has {0}, preferred, the rule gives {0-1}, not preferred\n"), "\(result.all)")
    }

    @Test("nodes come from a machine, the policy from a configuration")
    func files() throws {
        let result = try numaHints(
            "explain", "--kubelet-log", Self.log, "--machine", ExplainCommandTests.machine, "--kubelet-config",
            ExplainCommandTests.kubelet)
        #expect(result.status == 0, "\(result.all)")
        #expect(
            result.output.contains(
                "policy single-numa-node (as given), rule of 1.24 and later (line 1), nodes 0-1 (as given)"))
    }

    @Test("a scope that the log does not have is warned of")
    func scope() throws {
        let result = try numaHints("explain", "--kubelet-log", Self.old, "--scope", "pod")
        #expect(result.status == 0)
        #expect(
            result.errors == "numa-hints: warning: line 2 decides about a container, --scope pod was given\n")
    }

    @Test(
        "what cannot be is refused in one line",
        arguments: [
            (["--kubelet-log", log, "x.yaml"], "--kubelet-log has decisions of its own: give no file of pods"),
            (["--kubelet-log", log, "--kubelet-root", "x"], "--kubelet-log has decisions of its own"),
            ([], "expected files of pods, or --kubelet-log FILE, or --uid UID"),
            (["--kubelet-log", "/nonexistent"], "/nonexistent: cannot be read: No such file"),
            (["--kubelet-log", "docs"], "docs: cannot be read: Is a directory"),
            (["--kubelet-log", "LICENSE"], "LICENSE: no decision of a topology manager in 2"),
            (["--kubelet-log", log, "--uid", "web"], "no decision about a pod with the uid or name web in 19 lines"),
            (["--kubelet-log", log, "--policy", "none"], "with policy none a kubelet makes no decisions"),
        ] as [([String], String)])
    func refused(_ words: [String], _ complaint: String) throws {
        let result = try numaHints(["explain"] + words)
        #expect(result.status == 2 && result.output.isEmpty, "\(result.all)")
        #expect(result.errors.contains(complaint) && result.errors.count { $0 == "\n" } == 1, "\(result.all)")
    }

    @Test("a compressed log is not taken for an empty one")
    func compressed() throws {
        let result = try numaHints("explain", "--kubelet-log", "-", input: Data([0x1F, 0x8B, 8, 0]))
        #expect(result.status == 2 && result.errors.contains("is compressed; give what zcat prints"))
    }
}
