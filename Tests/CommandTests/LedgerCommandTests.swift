// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What the commands say of a ledger: `status`, `history`, `doctor`, `explain --uid` and `explain --ledger`.
@Suite("status, history, doctor and explain on a ledger")
struct LedgerCommandTests {
    private static let machine = "Examples/machines/two-node.json"
    private let folder: PrivateFolder
    private let ledger: String

    init() throws {
        folder = try PrivateFolder()
        ledger = folder.url.appendingPathComponent("ledger.db").path
    }

    private func pod(_ name: String, cpus: Int, memory: String = "1Gi") -> Data {
        Data(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: \(name), uid: \(name)}
            spec: {containers: [{name: app, resources: {limits: {cpu: \(cpus), memory: \(memory)}}}]}
            """.utf8)
    }

    private func call(_ words: String..., machine: String? = machine, input: Data = Data()) throws -> CommandResult {
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        let place = machine.map { ["--machine", $0] } ?? []
        return try run(program, words + place + ["--ledger", ledger], input: input)
    }

    private func json(_ result: CommandResult) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any], "\(result.all)")
    }

    @Test("admit and release say as data what became of each pod, and what was so before")
    func outcomes() throws {
        func outcome(_ name: String, cpus: Int) throws -> (Int32, [String: Any]) {
            let result = try call("admit", "-", "-o", "json", input: pod(name, cpus: cpus))
            let pods = try #require(try json(result)["pods"] as? [[String: Any]])
            #expect(pods.count == 1)
            return (result.status, pods.first ?? [:])
        }
        let (first, admitted) = try outcome("a", cpus: 2)
        #expect(first == 0 && admitted["outcome"] as? String == "admitted" && admitted["held"] is NSNull)
        let (second, held) = try outcome("a", cpus: 2)
        #expect(second == 0 && held["outcome"] as? String == "held" && held["decision"] is NSNull)
        let (third, refused) = try outcome("b", cpus: 99)
        #expect(third == 1 && refused["outcome"] as? String == "refused")
        for expected in ["released", "nothing"] {
            let result = try call("release", "a", "-o", "json")
            #expect(result.status == 0)
            #expect(try json(result)["outcome"] as? String == expected)
        }
        #expect(try call("release", "a/").status == 2)
        #expect(try call("admit", "-", "--history=-1", input: pod("a", cpus: 1)).status == 2)
    }

    @Test("the picture has what is free on each node, and who holds the rest")
    func picture() throws {
        #expect(try call("admit", "-", input: pod("a", cpus: 2)).status == 0)
        let text = try call("status")
        for line in [
            "│ CPUs 0-7: 4 of 8 free ", "│   0-1,4-7  shared", "│   2-3      default/a/app", "│   1Gi  default/a/app",
            "│ CPUs 8-15: 8 of 8 free ", "│   8-15  shared", "│   gpu-0  free",
        ] { #expect(text.output.contains(line), "\(line)\n\(text.all)") }
        let nodes = try #require(try json(call("status", "-o", "json"))["nodes"] as? [[String: Any]])
        #expect(nodes.map { $0["sharedCPUs"] as? String } == ["0-1,4-7", "8-15"])
        let cpus = try #require(nodes.first?["heldCPUs"] as? [[String: Any]])
        #expect(cpus.first?["cpus"] as? String == "2-3")
        #expect((cpus.first?["holder"] as? [String: Any])?["uid"] as? String == "a")
    }

    @Test("what the machine cannot show is said in a line, and the pods are shown")
    func noPicture() throws {
        #expect(try call("admit", "-", input: pod("a", cpus: 4)).status == 0)
        let text = try call("status", machine: "synthetic:numa:2 core:1 pu:1")
        #expect(text.status == 0)
        #expect(text.output.contains("\npod default/a (a), admitted "), "\(text.all)")
        #expect(text.errors == "numa-hints: warning: pod default/a, app: CPUs 2-5 are gone\n", "\(text.all)")
        let broken = folder.url.appendingPathComponent("libraries")
        try FileManager.default.createDirectory(at: broken, withIntermediateDirectories: true)
        try Data("no library".utf8).write(to: broken.appendingPathComponent("x.so"))
        let none = try call("status", "--providers", broken.path)
        #expect(none.output.hasPrefix("pod default/a (a), admitted "), "\(none.all)")
        #expect(none.errors.hasPrefix("numa-hints: warning: only what the ledger says is shown: "), "\(none.all)")
        #expect(none.errors.split(separator: "\n").count == 1, "\(none.all)")
    }

    @Test("decisions stay, as they were explained then")
    func past() throws {
        let admitted = try call("admit", "-", input: pod("a", cpus: 2))
        let refused = try call("admit", "-", input: pod("b", cpus: 99))
        #expect(try call("release", "a").status == 0)
        let history = try call("history", machine: nil).output.split(separator: "\n")
        #expect(
            history.count >= 3 && history[1].hasPrefix("1   ") && history[1].contains("admitted  default/a  app gets"))
        #expect(history[2].contains("refused   default/b  needs 99 CPUs"))
        #expect(try call("history", "--last", "0", machine: nil).output == "no decision is kept (\(ledger))\n")
        #expect(try call("history", "--last=-1", machine: nil).status == 2)
        for (uid, then) in [("a", admitted), ("b", refused)] {
            let result = try call("explain", "--uid", uid, machine: nil)
            #expect(result.status == 0 && result.output.contains("\n" + then.output), "\(result.all)")
        }
        let data = try json(call("explain", "--uid", "b", "-o", "json", machine: nil))
        let decisions = try #require(data["decisions"] as? [[String: Any]])
        #expect(decisions.count == 1 && decisions.first?["verdict"] as? String == "refused")
        #expect((decisions.first?["decision"] as? [String: Any])?["text"] as? String == refused.output)
        let unknown = try call("explain", "--uid", "c", machine: nil)
        #expect(
            unknown.all == "status 2\nnuma-hints: \(ledger): no decision about a pod with the uid c is kept\n")
        #expect(try call("explain", machine: nil).status == 2)
    }

    @Test("explain decides on what the ledger says, and changes nothing")
    func dryRun() throws {
        #expect(try call("admit", "-", input: pod("a", cpus: 2)).status == 0)
        let before = try call("status").output
        let explained = try call("explain", "-", "--changes", "0", input: pod("b", cpus: 4))
        #expect(explained.output.contains("app gets CPUs 4-7; "), "\(explained.all)")
        #expect(try call("status").output == before)
        #expect(try call("admit", "-", input: pod("b", cpus: 4)).output == explained.output)
        #expect(
            try call("explain", "-", input: pod("a", cpus: 2)).errors.contains(
                "it is asked for again with what it holds"))
    }

    @Test("a kubelet that is compared with sees the same holdings")
    func comparison() throws {
        let wide = pod("b", cpus: 6)
        #expect(try numaHints("explain", "-", "--machine", Self.machine, input: wide).status == 0)
        #expect(try call("admit", "-", input: pod("a", cpus: 10)).status == 0)
        let explained = try call("explain", "-", input: wide)
        #expect(explained.status == 1 && !explained.output.contains("a kubelet would admit"), "\(explained.all)")
        #expect(!explained.errors.contains("no comparison"), "\(explained.all)")
    }

    @Test("doctor says what a policy would mean for what is held, and what is gone")
    func doctor() throws {
        #expect(try call("doctor").all == "status 0\nnothing is held (\(ledger))\n")
        #expect(try call("admit", "-", input: pod("narrow", cpus: 2)).status == 0)
        #expect(try call("admit", "-", input: pod("wide", cpus: 10)).status == 0)
        let before = try call("status").output
        #expect(
            try call("doctor").all == """
                status 0
                pod default/narrow: would be admitted as it is
                pod default/wide: would be admitted as it is

                """)
        let stricter = try call("doctor", "--policy", "single-numa-node")
        #expect(stricter.status == 1)
        #expect(
            stricter.output.contains(
                "pod default/wide: single-numa-node would refuse it: container app holds CPUs of nodes 0-1"),
            "\(stricter.all)")
        #expect(stricter.output.contains("pod default/narrow: would be admitted as it is"))
        #expect(stricter.output.contains("a change applies to later admissions"))
        let smaller = try call("doctor", "-o", "json", machine: "synthetic:numa:2 core:4 pu:1")
        #expect(smaller.status == 1)
        let pods = try #require(try json(smaller)["pods"] as? [[String: Any]])
        #expect(pods.map { $0["answer"] as? String } == ["as-it-is", "not-asked"], "\(smaller.all)")
        #expect(try call("status").output == before)
    }
}
