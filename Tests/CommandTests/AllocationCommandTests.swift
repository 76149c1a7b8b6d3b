// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints admit`, `release` and `status`, one process after another on one ledger.
@Suite("admit, release, status")
struct AllocationCommandTests {
    private static let machine = "Examples/machines/two-node.json"
    private let folder: PrivateFolder
    private let ledger: String

    init() throws {
        folder = try PrivateFolder()
        ledger = folder.url.appendingPathComponent("state/ledger.db").path
    }

    private func pod(_ name: String, cpus: Int = 2, memory: String = "1Gi") -> Data {
        Data(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: \(name), uid: \(name)}
            spec: {containers: [{name: app, resources: {limits: {cpu: \(cpus), memory: \(memory)}}}]}
            """.utf8)
    }

    private func admit(_ pod: Data, machine: String = machine, changed: String = "keep") throws -> CommandResult {
        try numaHints(
            "admit", "-", "--machine", machine, "--ledger", ledger, "--changed-machine", changed, input: pod)
    }

    /// The machine with parts of its description replaced.
    private func machine(_ name: String, _ changes: (String, String)...) throws -> String {
        var text = try String(
            contentsOf: TestEnvironment.root.appendingPathComponent(Self.machine), encoding: .utf8)
        for (old, new) in changes {
            #expect(text.contains(old))
            text = text.replacingOccurrences(of: old, with: new)
        }
        let url = folder.url.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    private func release(_ holder: String, _ more: String...) throws -> CommandResult {
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        return try run(program, ["release", holder, "--machine", Self.machine, "--ledger", ledger] + more)
    }

    /// The pods alone, without the picture.
    private func status() throws -> String {
        let all = try numaHints("status", "--machine", Self.machine, "--ledger", ledger).output
        return all.range(of: "\n\n").map { String(all[$0.upperBound...]) } ?? all
    }

    @Test("what is given lasts, is seen by the next, and comes back")
    func lifetime() throws {
        #expect(try status() == "nothing is held (\(ledger))\n")
        #expect(try admit(pod("a")).output.contains("app gets CPUs 2-3; memory 1Gi on node 0"))
        #expect(try admit(pod("b", cpus: 4)).output.contains("app gets CPUs 4-7; memory 1Gi on node 0"))
        let again = try admit(pod("a"))
        #expect(again.status == 0)
        #expect(again.output.hasPrefix("pod default/a: admitted before, at "), "\(again.all)")
        #expect(again.output.hasSuffix("  app has CPUs 2-3; memory 1Gi on node 0\n"), "\(again.all)")
        let held = try status()
        #expect(
            held.contains("pod default/a (a), admitted ") && held.contains("  app has CPUs 4-7; memory 1Gi on node 0"))
        #expect(try release("a").all == "status 0\npod default/a: released\n")
        #expect(try release("a").all == "status 0\na holds nothing\n")
        #expect(try admit(pod("c")).output.contains("app gets CPUs 2-3; "))
    }

    @Test("a refused pod holds nothing, and the exit code is 1")
    func refusal() throws {
        let refused = try admit(pod("wide", cpus: 99))
        #expect(refused.status == 1, "\(refused.all)")
        #expect(refused.output.contains("refused at container app"))
        #expect(try status().hasPrefix("nothing is held"))
    }

    @Test("one container of a pod can be released")
    func container() throws {
        let two = Data(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: two, uid: two}
            spec:
              containers:
                - {name: left, resources: {limits: {cpu: 1, memory: 1Gi}}}
                - {name: right, resources: {limits: {cpu: 1, memory: 1Gi}}}
            """.utf8)
        #expect(try admit(two).status == 0)
        #expect(try release("two/left").output == "pod default/two, container left: released\n")
        let held = try status()
        #expect(held.contains("left has nothing of its own") && held.contains("right has CPUs 3; memory 1Gi on node 0"))
        #expect(try release("two/middle").all == "status 2\nnuma-hints: pod two has no container middle\n")
        #expect(try release("two/right").status == 0)
        #expect(try status().hasPrefix("nothing is held"))
    }

    @Test("many processes at once give no CPU twice")
    func concurrency() async throws {
        let names = (0..<12).map { "pod-\($0)" }
        try await withThrowingTaskGroup(of: CommandResult.self) { group in
            for name in names { group.addTask { try admit(pod(name, cpus: 1)) } }
            for try await result in group { #expect(result.status == 0, "\(result.all)") }
        }
        let lines = try status().split(separator: "\n").filter { $0.hasPrefix("  app has CPUs ") }
        #expect(lines.count == 12 && Set(lines).count == 12, "\(lines)")
    }

    @Test("a machine that lost what is held is told, and handled as is asked for")
    func changedMachine() throws {
        #expect(try admit(pod("a", cpus: 6)).status == 0)
        #expect(try admit(pod("b", cpus: 6)).output.contains("CPUs 8-13"))
        let smaller = try machine("smaller.json", (",[9,8,1,1,1]", ""))
        let loss = "pod default/b, app: CPU 9 is gone"
        let refused = try admit(pod("c"), machine: smaller, changed: "refuse")
        #expect(refused.status == 3, "\(refused.all)")
        #expect(
            refused.errors.split(separator: "\n").last
                == "numa-hints: the machine no longer has what pods hold: \(loss)", "\(refused.all)")
        // What is left stays with its pod, and what is gone comes back to it.
        let kept = try admit(pod("c"), machine: smaller)
        #expect(kept.output.contains("app gets CPUs 0-1"), "\(kept.all)")
        #expect(kept.errors == "numa-hints: warning: \(loss)\n", "\(kept.all)")
        let back = try admit(pod("d"))
        #expect(
            back.errors == "numa-hints: warning: since the last change of the ledger, node 1 got the CPU 9\n",
            "\(back.all)")
        #expect(back.output.contains("app gets CPUs 14-15"), "\(back.all)")
        // Where it is to be released, the others keep what they have.
        let released = try admit(pod("e", cpus: 3), machine: smaller, changed: "release")
        #expect(released.status == 0, "\(released.all)")
        #expect(released.output.contains("app gets CPUs 11-13"), "\(released.all)")
        #expect(released.errors.hasSuffix("warning: \(loss): the pod is released\n"), "\(released.all)")
        #expect(try !status().contains("default/b"))
    }

    @Test("a node that is smaller and a device that is gone are told, and the rest goes on")
    func smallerNode() throws {
        let holder = Data(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: a, uid: a}
            spec: {containers: [{name: app, resources: {limits: {cpu: 2, memory: 14Gi, example.org/gpu: 1}}}]}
            """.utf8)
        let first = try admit(holder)
        #expect(
            first.output.contains("app gets example.org/gpu gpu-0 on node 0; CPUs 2-3; memory 14Gi on node 0"),
            "\(first.all)")
        let smaller = try machine(
            "smaller.json", (#"{"id":0,"memory":17179869184"#, #"{"id":0,"memory":16106127360"#), ("gpu-0", "gpu-9"))
        let result = try admit(pod("b"), machine: smaller)
        #expect(
            result.errors == """
                numa-hints: warning: since the last change of the ledger, node 0 has 1Gi less memory: 15Gi
                numa-hints: warning: since the last change of the ledger, example.org/gpu gpu-0 went
                numa-hints: warning: since the last change of the ledger, example.org/gpu gpu-9 came
                numa-hints: warning: pod default/a, app: example.org/gpu gpu-0 is gone
                numa-hints: warning: pod default/a, app: 512Mi of its 14Gi memory on node 0 are gone

                """, "\(result.all)")
        #expect(result.output.contains("app gets CPUs 8-9; memory 1Gi on node 1"), "\(result.all)")
        #expect(try release("a").status == 0)
        #expect(try admit(holder).output.contains("app gets example.org/gpu gpu-0 on node 0; "))
    }

    @Test("other reservations than before apply from now on")
    func changedSettings() throws {
        #expect(try admit(pod("a", memory: "20Gi")).output.contains("memory 20Gi on nodes 0-1"))
        let other = try machine("other.json", ("536870912", "1073741824"))
        let result = try admit(pod("b", memory: "8Gi"), machine: other)
        #expect(result.status == 0, "\(result.all)")
        #expect(result.output.contains("memory 8Gi on nodes 0-1"), "\(result.all)")
        #expect(try release("a").status == 0)
        #expect(try release("b").status == 0)
        #expect(try admit(pod("c"), machine: other).status == 0)
    }

    @Test("a file that is no ledger is one clear line, and stays as it was")
    func damage() throws {
        try FileManager.default.createDirectory(
            at: folder.url.appendingPathComponent("state"), withIntermediateDirectories: true)
        let bytes = Data("this is no ledger, but somebody's letter".utf8)
        try bytes.write(to: URL(fileURLWithPath: ledger))
        for result in [
            try admit(pod("a")), try numaHints("status", "--ledger", ledger),
            try numaHints("history", "--ledger", ledger),
            try numaHints("doctor", "--ledger", ledger), try numaHints("explain", "--uid", "a", "--ledger", ledger),
        ] {
            #expect(result.status == 3, "\(result.all)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.all)")
            #expect(result.errors.hasPrefix("numa-hints: \(ledger): "), "\(result.all)")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: ledger)) == bytes)
    }
}
