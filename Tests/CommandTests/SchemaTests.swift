// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What commands print as JSON is what docs/schemas says.
@Suite("JSON schemas")
struct SchemaTests {
    private let folder: PrivateFolder

    init() throws { folder = try PrivateFolder() }

    private var schemas: URL { TestEnvironment.root.appendingPathComponent("docs/schemas") }

    /// Runs a command, and keeps what it prints as an example of a schema.
    private func keep(_ schema: String, _ words: [String], statuses: [Int32] = [0, 1]) throws -> Data {
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        let result = try run(program, words + ["-o", "json"])
        #expect(statuses.contains(result.status) && !result.output.isEmpty, "\(words): \(result.all)")
        let data = Data(result.output.utf8)
        try data.write(to: folder.url.appendingPathComponent("\(schema).\(UUID().uuidString).json"))
        return data
    }

    private func validate() throws -> CommandResult {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
            .filter { $0.hasSuffix(".json") }.sorted().map { folder.url.appendingPathComponent($0).path }
        let script = TestEnvironment.root.appendingPathComponent("Tests/schemas/validate").path
        return try run(script, [schemas.path] + files)
    }

    @Test("every command's output fits its schema, and every schema has output")
    func outputs() throws {
        let machines = ["two-socket.xml", "two-node.json", "nine-node.json"].map { "Examples/machines/\($0)" }
        let recorded = ["vm-2node-gpus", "vm-4node-sriov"].map { "Tests/Machines/\($0).tar.gz" }
        for machine in machines + recorded {
            _ = try keep("topology", ["topology", "--machine", machine])
            _ = try keep("providers", ["providers", "--machine", machine])
            let isFirst = machine == machines[0]
            for pod in isFirst ? ["gpu-nic", "redis", "too-wide", "sidecar"] : ["gpu-nic"] {
                for policy in isFirst ? ["none", "best-effort", "single-numa-node"] : ["restricted"] {
                    let words = ["explain", "Examples/pods/\(pod).yaml", "--machine", machine, "--policy", policy]
                    _ = try keep("explain", words)
                }
            }
        }
        for root in ["root", "damaged"] {
            let own = ["--kubelet-root", "Examples/kubelet/\(root)", "--machine", machines[0]]
            _ = try keep("explain", ["explain", "Examples/pods/gpu-worker.yaml", "--changes", "50"] + own)
            let target = folder.url.appendingPathComponent("repaired-\(root)").path
            _ = try keep("doctor-kubelet", ["doctor", "--repair", target] + own)
            _ = try keep("state", ["state", "show", "Examples/kubelet/\(root)"])
        }
        for log in ["kubelet", "kubelet-1.20"] {
            _ = try keep("kubelet-log", ["explain", "--kubelet-log", "Examples/kubelet/\(log).log"])
        }
        _ = try keep("machine", ["machine", "list"])
        for machine in ["gb200", "cxl", "gpu-8"] {
            let own = ["--machine", "sim:\(machine)", "--ledger", folder.url.appendingPathComponent("none.db").path]
            _ = try keep("export-nrt", ["export", "nrt"] + own)
        }
        _ = try keep("topology", ["machine", "show", "gb200"])
        let library = TestEnvironment.built.appendingPathComponent("libnuma-hints-cpu.so").path
        _ = try keep("check", ["check", library, "--only", "library-*,create-works,devices-free"])
        try keepLedger(machine: machines[0])
        let result = try validate()
        #expect(result.status == 0, "\(result.all)")
        let names = try FileManager.default.contentsOfDirectory(atPath: schemas.path).filter {
            // Those of the library for C are held against what it gives.
            $0.hasSuffix(".schema.json") && !["attach.schema.json", "changes.schema.json"].contains($0)
        }
        #expect(result.output.contains("against \(names.count) schemas, 0 do not fit"), "\(result.all)")
    }

    private func keepLedger(machine: String) throws {
        let own = ["--machine", machine, "--ledger", folder.url.appendingPathComponent("ledger.db").path]
        var uid = ""
        for pod in ["dpdk", "redis", "too-wide"] {
            for _ in 0..<2 {
                let data = try keep("admit", ["admit", "Examples/pods/\(pod).yaml"] + own)
                let report = try JSONSerialization.jsonObject(with: data) as? [String: Any]
                uid = try #require((report?["pods"] as? [[String: Any]])?.first?["uid"] as? String)
            }
        }
        _ = try keep("status", ["status"] + own)
        _ = try keep("export-nrt", ["export", "nrt", "--node-name", "worker-1"] + own)
        _ = try keep("doctor", ["doctor"] + own)
        _ = try keep("doctor", ["doctor", "--policy", "single-numa-node"] + own)
        _ = try keep("verify", ["verify"] + own)
        _ = try keep("release", ["release", uid] + own)
        _ = try keep("release", ["release", "nobody"] + own)
        _ = try keep("history", ["history"] + Array(own.suffix(2)))
        _ = try keep("history", ["explain", "--uid", uid] + Array(own.suffix(2)))
    }

    @Test("what is missing, unknown or of another type does not fit")
    func others() throws {
        let data = try keep(
            "explain", ["explain", "Examples/pods/redis.yaml", "--machine", "Examples/machines/two-socket.xml"])
        #expect(try validate().status == 0)
        let right = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let changes: [(String, (inout [String: Any]) -> Void)] = [
            ("missing", { $0["pods"] = nil }), ("unknown", { $0["podz"] = 1 }), ("type", { $0["warnings"] = "none" }),
        ]
        for (name, change) in changes {
            var other = right
            change(&other)
            let file = folder.url.appendingPathComponent("explain.\(name).json")
            try JSONSerialization.data(withJSONObject: other).write(to: file)
            let result = try validate()
            #expect(result.status == 1 && result.output.contains("1 do not fit"), "\(name): \(result.all)")
            try FileManager.default.removeItem(at: file)
        }
    }
}
