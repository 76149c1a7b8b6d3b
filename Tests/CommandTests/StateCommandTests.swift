// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints state`, as a person runs it.
@Suite("state checkpoints")
struct StateCommandTests {
    struct Case: Decodable {
        var id: String
        var file: String
        var content: String
    }

    /// A folder with the files of these vectors, laid out as the kubelet's.
    private func folder(_ ids: String..., from file: String = "checkpoints.jsonl") throws -> PrivateFolder {
        let folder = try PrivateFolder()
        for test in try vectorLines(file, as: Case.self) where ids.contains(test.id) {
            try write(test.content, to: test.file, in: folder)
        }
        return folder
    }

    private func write(_ text: String, to file: String, in folder: PrivateFolder) throws {
        let url = folder.url.appendingPathComponent(file)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    @Test("a folder of a kubelet is shown to people")
    func show() throws {
        let folder = try folder("ckpt-007", "ckpt-008", "ckpt-003")
        let result = try numaHints("state", "show", folder.url.path)
        #expect(result.status == 0, "\(result.all)")
        for words in [
            "policy static, shared pool 0,66", "cdb9460e-908c-4bf5-9b17-a5156d419eb3  app0       6-7", "policy Static",
            "hugepages-2Mi  1Gi", "vendor.example/gpu: gpu-00, gpu-01, gpu-02, gpu-03",
            "on node 0: gpu-00, gpu-01", "env DEVICES=gpu-00,gpu-01",
        ] { #expect(result.output.contains(words), "\(words): \(result.all)") }
    }

    @Test("as data, with what the device plugin answered decoded")
    func data() throws {
        let folder = try folder("ckpt-001", "ckpt-002", "ckpt-003")
        let json = try numaHints("state", "show", folder.url.path, "-o", "json")
        #expect(json.status == 0, "\(json.all)")
        func value(_ path: any Sendable...) throws -> Any {
            var value = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
            for step in path {
                if let key = step as? String { value = try #require((value as? [String: Any])?[key]) }
                if let index = step as? Int { value = try #require((value as? [Any])?[index]) }
            }
            return value
        }
        #expect(try value("schemaVersion") as? Int == 1)
        #expect(try value("cpu", "containers", 0, "cpus") as? String == "10-11,17-18")
        #expect(try value("memory", "nodes", 0, "memory", 1, "free") as? UInt64 == 2_971_664_384)
        #expect(try value("devices", "entries", 0, "answer", "envs", 0, "value") as? String == "gpu-00,gpu-01")
        let yaml = try numaHints("state", "show", folder.url.path, "-o", "yaml")
        #expect(yaml.status == 0 && yaml.output.contains("sharedPool: 0,19-23"), "\(yaml.all)")
    }

    @Test("a kubelet's folder without contradictions passes the check")
    func clean() throws {
        let folder = try folder("ckpt-004", "ckpt-005", "ckpt-006")
        let result = try numaHints("state", "check", folder.url.path)
        #expect(result.status == 0, "\(result.all)")
        #expect(result.output == "no problem found in \(folder.url.path)\n", "\(result.all)")
    }

    @Test("files that are not there are said, and none at all is an error")
    func missing() throws {
        let folder = try folder("seed-004-ckpt-02", from: "seed-004-checkpoints.jsonl")
        let result = try numaHints("state", "check", folder.url.path)
        let names = "memory_manager_state, device-plugins/kubelet_internal_checkpoint"
        #expect(result.output == "no problem found in \(folder.url.path); not there: \(names)\n", "\(result.all)")
        let shown = try numaHints("state", "show", folder.url.path)
        #expect(shown.status == 0 && shown.output.hasSuffix("\nnot there: \(names)\n"), "\(shown.all)")
        for command in ["show", "check"] {
            let empty = try PrivateFolder()
            let none = try numaHints("state", command, empty.url.path)
            #expect(none.status == 3 && none.errors.contains("no state file of a kubelet is there"), "\(none.all)")
            #expect(none.errors.split(separator: "\n").count == 1)
        }
    }

    @Test("the device file is found beside the others, too")
    func flat() throws {
        let folder = try PrivateFolder()
        let test = try #require(try vectorLines("checkpoints.jsonl", as: Case.self).first { $0.id == "ckpt-003" })
        try write(test.content, to: "kubelet_internal_checkpoint", in: folder)
        let result = try numaHints("state", "show", folder.url.path)
        #expect(result.status == 0 && result.output.contains("env DEVICES=gpu-00,gpu-01"), "\(result.all)")
    }

    @Test("damage is one line: the check ends with 1, show with 3")
    func damaged() throws {
        let folder = try folder("ckpt-004", "ckpt-005", "ckpt-006")
        let file = folder.url.appendingPathComponent("cpu_manager_state")
        let text = try String(contentsOf: file, encoding: .utf8)
        try write(text.replacingOccurrences(of: "\"1\"", with: "\"2\""), to: "cpu_manager_state", in: folder)
        let checked = try numaHints("state", "check", folder.url.path)
        #expect(checked.status == 1, "\(checked.all)")
        #expect(
            checked.output.hasPrefix("\(file.path): wrong checksum: the file says 2606949479, its content has "),
            "\(checked.all)")
        #expect(checked.output.split(separator: "\n").count == 1)
        let shown = try numaHints("state", "show", folder.url.path)
        #expect(shown.status == 3 && shown.output.isEmpty, "\(shown.all)")
        #expect(shown.errors.hasPrefix("numa-hints: \(file.path): wrong checksum: "), "\(shown.all)")
    }

    @Test("contradictions are one line each")
    func contradictions() throws {
        let folder = try PrivateFolder()
        try write(
            #"{"policyName":"static","defaultCpuSet":"0-2","entries":{"a":{"x":"2-3"},"b":{"y":"3"}},"checksum":0}"#,
            to: "cpu_manager_state", in: folder)
        let result = try numaHints("state", "check", folder.url.path)
        #expect(result.status == 1, "\(result.all)")
        #expect(
            result.output == """
                cpu_manager_state: CPUs 2 are both in defaultCpuSet and held by a/x
                cpu_manager_state: CPUs 3 are held by both a/x and b/y
                not there: memory_manager_state, device-plugins/kubelet_internal_checkpoint

                """, "\(result.all)")
    }
}
