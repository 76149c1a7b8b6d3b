// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What `explain` and `admit` say of nodes with less free memory than the books have.
@Suite("Warnings about live memory")
struct LiveMemoryCommandTests {
    private let folder: PrivateFolder
    /// A captured machine of two nodes of 3 GiB, with pages of 2 MiB on both and of 1 GiB on node 1.
    private let root: URL

    init() throws {
        folder = try PrivateFolder()
        let archive = TestEnvironment.root.appendingPathComponent("Tests/Machines/vm-2node-gpus.tar.gz").path
        try #require(try run("tar", ["-xzf", archive, "-C", folder.url.path]).status == 0)
        root = folder.url.appendingPathComponent("vm-2node-gpus")
        for node in [0, 1] { try write("Node \(node) MemFree: 99999999 kB\n", "node\(node)/meminfo.free") }
    }

    /// Files named `.free` have the kernel's total, so that the machine stays what it is.
    private func write(_ text: String, _ name: String) throws {
        let path = root.appendingPathComponent("sys/devices/system/node/\(name)".replacing(".free", with: ""))
        var text = text
        if name.hasSuffix(".free") {
            let before = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "\n")
            text += before.filter { !$0.contains("MemFree") }.joined(separator: "\n")
        }
        try Data(text.utf8).write(to: path)
    }

    private func command(_ words: String..., uid: String = "a") throws -> CommandResult {
        let pod = Data(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: \(uid), uid: \(uid)}
            spec: {containers: [{name: app, resources: {limits: {cpu: 1, memory: 512Mi, hugepages-2Mi: 4Mi}}}]}
            """.utf8)
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        return try run(program, words + ["-", "--machine", root.path], input: pod)
    }

    @Test("a line for each node and resource that is below, and none for the others")
    func shortage() throws {
        #expect(try command("explain").errors == "")
        try write("Node 1 MemFree: 1048576 kB\n", "node1/meminfo.free")
        try write("3\n", "node0/hugepages/hugepages-2048kB/free_hugepages")
        let lines = """
            numa-hints: warning: node 0: the books have 128Mi of hugepages-2Mi free, the kernel only 6Mi (free_hugepages)
            numa-hints: warning: node 1: the books have 1.8Gi of memory free, the kernel only 1Gi (MemFree)

            """
        let explained = try command("explain")
        #expect(explained.status == 0 && explained.errors == lines, "\(explained.all)")
        #expect(try command("explain", "-o", "json").output.contains("node 1: the books have 1.8Gi of memory free"))
        let ledger = folder.url.appendingPathComponent("ledger.db").path
        let admitted = try command("admit", "--ledger", ledger)
        #expect(admitted.status == 0 && admitted.errors == lines, "\(admitted.all)")
    }

    @Test("what pods hold is not free in the books, whether they have touched it or not")
    func held() throws {
        let ledger = folder.url.appendingPathComponent("ledger.db").path
        #expect(try command("admit", "--ledger", ledger).errors == "")
        #expect(try command("admit", "--ledger", ledger, uid: "b").errors == "")
        // Of the 4 pages that both hold, 2 are touched.
        try write("62\n", "node0/hugepages/hugepages-2048kB/free_hugepages")
        #expect(try command("admit", "--ledger", ledger, uid: "c").errors == "")
        try write("57\n", "node0/hugepages/hugepages-2048kB/free_hugepages")
        #expect(
            try command("admit", "--ledger", ledger, uid: "d").errors
                == "numa-hints: warning: node 0: the books have 116Mi of hugepages-2Mi free, the kernel only 114Mi "
                + "(free_hugepages)\n")
    }

    @Test("a broken file is a warning")
    func broken() throws {
        try write("many\n", "node1/hugepages/hugepages-2048kB/free_hugepages")
        let result = try command("explain")
        #expect(result.status == 0)
        #expect(
            result.errors
                == "numa-hints: warning: /sys/devices/system/node/node1/hugepages/hugepages-2048kB/free_hugepages "
                + "has no number\n")
    }

    @Test("a machine without files of a kernel has no such warning")
    func described() throws {
        for machine in ["two-node.json", "two-socket.xml"] {
            let result = try numaHints(
                "explain", "Examples/pods/redis.yaml", "--machine", "Examples/machines/\(machine)")
            #expect(result.errors == "", "\(machine)")
        }
    }
}
