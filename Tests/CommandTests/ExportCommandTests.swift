// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints export nrt`: what a NUMA-aware scheduler is told.
@Suite("export nrt")
struct ExportCommandTests {
    private struct Object: Decodable, Equatable {
        struct Named<Value: Decodable & Equatable>: Decodable, Equatable {
            var name: String
            var value: Value
        }
        struct Resource: Decodable, Equatable {
            var name: String
            var allocatable: String
            var available: String
            var capacity: String
        }
        struct Zone: Decodable, Equatable {
            var name: String
            var type: String
            var costs: [Named<Int>]?
            var resources: [Resource]?
        }
        var apiVersion: String
        var kind: String
        var metadata: [String: String]
        var attributes: [Named<String>]
        var topologyPolicies: [String]
        var zones: [Zone]
    }

    private let folder: PrivateFolder
    private let ledger: String

    init() throws {
        folder = try PrivateFolder()
        ledger = folder.url.appendingPathComponent("state/ledger.db").path
    }

    private func write(_ name: String, _ text: String) throws -> String {
        let url = folder.url.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    private func export(_ words: String..., environment: [String: String] = [:]) throws -> CommandResult {
        try numaHints(["export", "nrt", "--ledger", ledger] + words, environment: environment)
    }

    private func object(_ result: CommandResult) throws -> Object {
        #expect(result.status == 0 && result.errors == "", "\(result.all)")
        return try JSONDecoder().decode(Object.self, from: Data(result.output.utf8))
    }

    /// A cloud instance of two nodes with 36 CPUs each, four CPUs and 2 GiB of node 0 reserved, and its object as
    /// node-feature-discovery wrote it: kubernetes-sigs/node-feature-discovery, issue 1312, as far as it is shown there.
    @Test("the fields that node-feature-discovery writes for an equal machine")
    func field() throws {
        let cpus = (0..<72).map { "[\($0),\($0),\($0 / 36),\($0 / 36),\($0 / 36)]" }.joined(separator: ",")
        let machine = try write(
            "machine.json",
            """
            {"numaNodes":[{"id":0,"memory":100474929152,"distances":[10,21]},
            {"id":1,"memory":101455208448,"distances":[21,10]}],"cpus":[\(cpus)]}
            """)
        let kubelet = try write(
            "kubelet.yaml",
            """
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            topologyManagerPolicy: single-numa-node
            cpuManagerPolicy: static
            reservedSystemCPUs: 0-3
            memoryManagerPolicy: Static
            kubeReserved: {memory: 1948Mi}
            reservedMemory: [{numaNode: 0, limits: {memory: 2Gi}}]
            """)
        let object = try object(
            export(
                "--machine", machine, "--kubelet-config", kubelet, "--node-name", "worker-1", "--pods-fingerprint",
                "none",
                "-o", "json"))
        #expect(object.apiVersion == "topology.node.k8s.io/v1alpha2")
        #expect(object.kind == "NodeResourceTopology")
        #expect(object.metadata == ["name": "worker-1"])
        #expect(
            object.attributes == [
                .init(name: "topologyManagerPolicy", value: "single-numa-node"),
                .init(name: "topologyManagerScope", value: "container"),
            ])
        #expect(object.topologyPolicies == ["SingleNUMANodeContainerLevel"])
        #expect(
            object.zones == [
                .init(
                    name: "node-0", type: "Node",
                    costs: [.init(name: "node-0", value: 10), .init(name: "node-1", value: 21)],
                    resources: [
                        .init(name: "cpu", allocatable: "32", available: "32", capacity: "36"),
                        .init(
                            name: "memory", allocatable: "98327445504", available: "98327445504",
                            capacity: "100474929152"),
                    ]),
                .init(
                    name: "node-1", type: "Node",
                    costs: [.init(name: "node-0", value: 21), .init(name: "node-1", value: 10)],
                    resources: [
                        .init(name: "cpu", allocatable: "36", available: "36", capacity: "36"),
                        .init(
                            name: "memory", allocatable: "101455208448", available: "101455208448",
                            capacity: "101455208448"),
                    ]),
            ])
    }

    private static let machine = "Examples/machines/two-node.json"

    private func change(_ words: String..., input: String = "") throws {
        let result = try numaHints(words + ["--machine", Self.machine, "--ledger", ledger], input: Data(input.utf8))
        #expect(result.status == 0, "\(result.all)")
    }

    @Test("what pods hold is not available until they are gone; equal states give equal bytes, and nothing is made")
    func lifetime() throws {
        func print() throws -> CommandResult {
            try export("--machine", Self.machine, "--node-name", "w", "-o", "json")
        }
        let before = try print()
        #expect(!FileManager.default.fileExists(atPath: folder.url.appendingPathComponent("state").path))
        let empty = try object(before)
        try change(
            "admit", "-",
            input: """
                apiVersion: v1
                kind: Pod
                metadata: {name: a, uid: a}
                spec: {containers: [{name: app, resources: {limits: {cpu: 2, memory: 1Gi, example.org/gpu: 1}}}]}
                """)
        let held = try object(print())
        let resources = try #require(held.zones.first?.resources)
        #expect(
            resources == [
                .init(name: "cpu", allocatable: "6", available: "4", capacity: "8"),
                .init(name: "example.org/gpu", allocatable: "1", available: "0", capacity: "1"),
                .init(
                    name: "hugepages-2Mi", allocatable: "1073741824", available: "1073741824", capacity: "1073741824"),
                .init(name: "memory", allocatable: "15569256448", available: "14495514624", capacity: "17179869184"),
            ])
        #expect(held.zones[1] == empty.zones[1])
        #expect(held.attributes[2] != empty.attributes[2])
        let bytes = try Data(contentsOf: URL(filePath: ledger))
        #expect(try print().output == print().output)
        #expect(try Data(contentsOf: URL(filePath: ledger)) == bytes)
        try change("release", "a")
        #expect(try print().output == before.output)
    }

    @Test("bytes stay on the nodes where the books put them, also when those before them are gone")
    func books() throws {
        for (name, memory) in [("first", "16Gi"), ("second", "4Gi")] {
            try change(
                "admit", "-",
                input: """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: \(name), uid: \(name)}
                    spec: {containers: [{name: app, resources: {limits: {cpu: 1, memory: \(memory)}}}]}
                    """)
        }
        try change("release", "first")
        let object = try object(export("--machine", Self.machine, "--node-name", "w", "-o", "json"))
        let memory = object.zones.map { $0.resources?.first { $0.name == "memory" }?.available ?? "" }
        // The first took all of node 0 and the rest of node 1, so the second is on node 1.
        #expect(memory == ["15569256448", "\((15 - 4) << 30)"])
    }

    @Test("without a memory manager memory is on no node's account, and without a CPU manager CPUs are not")
    func managers() throws {
        func names(_ lines: String) throws -> [String] {
            let header = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
            let file = try write("kubelet.yaml", header + lines)
            let object = try object(
                export("--machine", Self.machine, "--node-name", "w", "--kubelet-config", file, "-o", "json"))
            return object.zones[0].resources?.map(\.name) ?? []
        }
        let reserved = "reservedSystemCPUs: 0-1\n"
        #expect(try names("cpuManagerPolicy: static\n" + reserved) == ["cpu", "example.org/gpu"])
        #expect(try names("cpuManagerPolicy: none\n" + reserved) == ["example.org/gpu"])
    }

    @Test("the name of the node: a simulated machine's own, a captured machine's host name, or the one given")
    func names() throws {
        func name(_ words: String...) throws -> String? {
            let result = try numaHints(["export", "nrt", "--ledger", ledger, "-o", "json"] + words)
            return try object(result).metadata["name"]
        }
        #expect(try name("--machine", "sim:gpu-8") == "gpu-8")
        #expect(try name("--machine", "sim:gpu-8", "--node-name", "10.0.0.1") == "10.0.0.1")
        let recording = TestEnvironment.root.appendingPathComponent("Tests/Machines/vm-2node-gpus.tar.gz").path
        #expect(try run("tar", ["-xzf", recording, "-C", folder.url.path, "--strip-components=1"]).status == 0)
        #expect(try export("--machine", folder.url.path).status == 2, "a recording has no host name")
        let kernel = folder.url.appendingPathComponent("proc/sys/kernel")
        try FileManager.default.createDirectory(at: kernel, withIntermediateDirectories: true)
        try Data("Node7.Example.ORG\n".utf8).write(to: kernel.appendingPathComponent("hostname"))
        #expect(try name("--machine", folder.url.path) == "node7.example.org")
        let live = try String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)
        let host = live.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        #expect(try name() == host)
    }

    @Test("YAML is the default, and has amounts as text")
    func yaml() throws {
        let plain = try export("--machine", "sim:cxl")
        #expect(plain.output == (try export("--machine", "sim:cxl", "-o", "yaml")).output)
        #expect(plain.output.hasPrefix("apiVersion: topology.node.k8s.io/v1alpha2\n"), "\(plain.all)")
        #expect(plain.output.contains(/\n +- allocatable: '\d+'\n/), "\(plain.all)")
    }

    @Test(
        "what cannot be is one line, with exit code 2",
        arguments: [
            (["--node-name", "Worker_1"], "numa-hints: --node-name \"Worker_1\": the name of a node has 1 to 253 of"),
            (["--node-name", ""], "numa-hints: --node-name \"\": the name of a node has"),
            (
                ["--machine", machine],
                "numa-hints: --machine \(machine) does not say what its node is called: give --node-name"
            ),
            (["--machine", "sim:none"], "numa-hints: no simulated machine \"none\""),
            (["--machine", "sim:cxl", "--kubelet-config", "nowhere.yaml"], "numa-hints: nowhere.yaml"),
        ])
    func badInput(_ words: [String], _ line: String) throws {
        let result = try numaHints(["export", "nrt", "--ledger", ledger] + words)
        #expect(result.status == 2 && result.output == "" && result.errors.hasPrefix(line), "\(result.all)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.all)")
    }

    @Test(
        "words that there are not",
        arguments: [["-o", "text"], ["--policy", "any"], ["--pods-fingerprint", "some"], ["x"]])
    func usage(_ words: [String]) throws {
        let result = try numaHints(["export", "nrt", "--ledger", ledger] + words)
        #expect(result.status == 2 && result.output == "", "\(result.all)")
    }

    @Test("a ledger or a provider that fails leaves nothing printed, and exit code 3")
    func failures() throws {
        let damaged = try write("damaged.db", String(repeating: "no ledger\n", count: 1000))
        let result = try numaHints("export", "nrt", "--machine", "sim:cxl", "--ledger", damaged)
        #expect(result.status == 3 && result.output == "", "\(result.all)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.all)")
        let library = try write("libbroken.so", "no library")
        let own = try write(
            "numa-hints.yaml", "apiVersion: numa-hints/v1\nproviders: [{path: \(library)}]\n")
        let broken = try export("--machine", "sim:cxl", "--config", own)
        #expect(broken.status == 3 && broken.output == "", "\(broken.all)")
        #expect(broken.errors.contains("libbroken.so"), "\(broken.all)")
    }
}
