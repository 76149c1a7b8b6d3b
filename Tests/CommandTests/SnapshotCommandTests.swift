// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints snapshot`, as a person runs it.
@Suite("numa-hints snapshot")
struct SnapshotCommandTests {
    private static let machine = "Tests/Machines/vm-2node-gpus.tar.gz"
    private static let pod = """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "uid": "UID"}, "spec": {"containers": [{"name":
        "c", "image": "i", "resources": {"limits": {"cpu": 3, "memory": "1Gi", "hugepages-2Mi": "4Mi"}}}]}}
        """

    /// A folder with a kubelet's files that fit any machine, a ledger in which one pod holds something, and a pod.
    private func scene() throws -> PrivateFolder {
        let folder = try PrivateFolder()
        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: folder.url.appendingPathComponent(name))
        }
        try FileManager.default.createDirectory(
            at: folder.url.appendingPathComponent("kubelet"), withIntermediateDirectories: false)
        try write(
            "kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n"
                + "topologyManagerPolicy: restricted\nunheardOf: 1\n", "kubelet/config.yaml")
        try write(
            "{\"policyName\":\"none\",\"defaultCpuSet\":\"\",\"checksum\":1353318690}", "kubelet/cpu_manager_state")
        try write(Self.pod.replacingOccurrences(of: "UID", with: "u2"), "pod.json")
        let admitted = try numaHints(
            ["admit", "-", "--machine", Self.machine, "--ledger", folder.url.path + "/ledger.db"],
            input: Data(Self.pod.utf8))
        #expect(admitted.status == 0, "\(admitted.all)")
        return folder
    }

    @Test("what is decided on it is what is decided on the node, to the byte")
    func sameBytes() throws {
        let folder = try scene()
        let path = folder.url.path
        let node = path + "/vm-2node-gpus"
        let unpacked = try run("tar", ["xzf", Self.machine, "-C", path])
        #expect(unpacked.status == 0, "\(unpacked.all)")
        let file = path + "/s.tar.gz"
        let kubelet = ["--kubelet-root", path + "/kubelet"]
        let ledger = ["--ledger", path + "/ledger.db"]
        let taken = try numaHints(["snapshot", file, "--machine", node] + kubelet + ledger)
        #expect(taken.status == 0 && !taken.output.contains("left out"), "\(taken.all)")
        let explain = ["explain", path + "/pod.json"]
        let commands = [
            ["topology", "-o", "json"], ["providers", "-o", "json"],
            explain + ["-o", "json"],
            explain + kubelet + ["-o", "json"], explain + ledger + ["-o", "json"],
            ["status"] + ledger,
        ]
        for command in commands {
            let there = try numaHints(command + ["--machine", node])
            let words = command.map { [path + "/kubelet", path + "/ledger.db"].contains($0) ? file : $0 }
            let here = try numaHints(words + ["--machine", file])
            // Where the machine was read from is shown as it was named.
            let output = here.output.replacingOccurrences(of: file, with: node)
            #expect(here.status == there.status, "\(command): \(here.all)")
            #expect(output == there.output && here.errors == there.errors, "\(command): \(there.all)\(here.all)")
            #expect(!here.output.isEmpty, "\(command)")
        }
        // The XML in it is the same machine, without what names it.
        #expect(try run("tar", ["xzf", file, "-C", path]).status == 0)
        let xml = path + "/numa-hints-snapshot/machine.xml"
        let text = try String(contentsOfFile: xml, encoding: .utf8)
        #expect(!["HostName", "DMI", "Serial", "Address"].contains { text.contains("<info name=\"\($0)") }, "\(text)")
        func nodes(_ machine: String) throws -> [[String: Any]] {
            let result = try numaHints(["topology", "-o", "json", "--machine", machine])
            let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            return try #require(report?["nodes"] as? [[String: Any]])
        }
        let (one, other) = (try nodes(xml), try nodes(file))
        for key in ["id", "cpus", "memoryBytes"] {
            #expect(one.map { "\($0[key] ?? "")" } == other.map { "\($0[key] ?? "")" })
        }
        let shown = try numaHints("state", "show", file, "-o", "json")
        #expect(shown.status == 0, "\(shown.all)")
        // SQLite counts in a copy how often it was copied, so that one of a copy is another file.
        for (name, from) in [
            ("t", [node] + kubelet + ledger), ("u", [node] + kubelet),
            ("v", [file, "--kubelet-root", file]),
        ] {
            let again = try numaHints(["snapshot", "\(path)/\(name).tar.gz", "--machine"] + from)
            #expect(again.status == 0, "\(again.all)")
        }
        func bytes(_ name: String) -> Data? { FileManager.default.contents(atPath: "\(path)/\(name).tar.gz") }
        #expect(bytes("s") == bytes("t"))
        #expect(bytes("u") == bytes("v"))
        let admitted = try numaHints("admit", explain[1], "--machine", file, "--ledger", file)
        #expect(admitted.status == 2 && admitted.errors.contains("can be read, not changed"), "\(admitted.all)")
    }

    @Test("what was taken is said, and only the owner may read it")
    func summary() throws {
        let folder = try PrivateFolder()
        let file = folder.url.path + "/s.tar.gz"
        let text = try numaHints("snapshot", file, "--machine", Self.machine, "--kubelet-root", "Examples/kubelet/root")
        #expect(text.output.hasPrefix("\(file), "), "\(text.all)")
        #expect(
            text.output.contains(
                "kubelet Examples/kubelet/root (config.yaml, cpu_manager_state, memory_manager_state, "
                    + "device-plugins/kubelet_internal_checkpoint)"), "\(text.all)")
        let rights = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(rights == 0o600)
        let refused = try numaHints("snapshot", file, "--machine", Self.machine)
        #expect(refused.status == 2 && refused.errors.contains("--force"), "\(refused.all)")
        let json = try numaHints("snapshot", file, "--machine", Self.machine, "--force", "-o", "json")
        let report = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(report?["file"] as? String == file && (report?["machineEntries"] as? Int ?? 0) > 500, "\(json.all)")
        #expect((report?["leftOut"] as? [Any])?.isEmpty == true && report?["kubelet"] == nil, "\(json.all)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["s.tar.gz"])
    }

    @Test("bad input is one line, and nothing is written")
    func refusals() throws {
        let folder = try PrivateFolder()
        let path = folder.url.path
        try Data("no tar".utf8).write(to: URL(fileURLWithPath: path + "/odd"))
        let from = ["--machine", "live"]
        let cases: [(words: [String], status: Int32, said: String)] = [
            ([path], 2, "a folder"), ([""], 2, "name"), ([path + "/none/s"], 2, "cannot be written"),
            (["/dev/full"], 2, "cannot be written"),
            ([path + "/s", "--machine", "Examples/machines/two-socket.xml"], 2, "one file"),
            ([path + "/s", "--kubelet-root", path + "/none"], 2, "none: cannot be read"),
            ([path + "/s", "--kubelet-root", path], 2, "no file of a kubelet"),
            ([path + "/s", "--kubelet-root", path + "/odd"], 2, "odd: "),
            ([path + "/s", "--kubelet-root", Self.machine], 2, "no snapshot"),
            ([path + "/s", "--ledger", path + "/none"], 3, "no ledger"),
            ([path + "/s", "--ledger", path + "/odd"], 3, "odd: "),
            (["-", "-o", "json"], 2, "standard output"), ([path + "/s", "--machine", path + "/odd"], 2, "odd: "),
        ]
        for (words, status, said) in cases {
            let result = try numaHints(["snapshot"] + (words.contains("--machine") ? [] : from) + words)
            #expect(result.status == status && result.errors.contains(said), "\(words): \(result.all)")
            #expect(result.output.isEmpty && result.errors.filter { $0 == "\n" }.count == 1, "\(words): \(result.all)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["odd"])
    }
}
