// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints explain`, as a person runs it.
@Suite("explain")
struct ExplainCommandTests {
    static let machine = "Examples/machines/two-socket.xml"
    static let kubelet = "Examples/kubelet/single-numa-node.yaml"

    static func pod(_ requests: String, name: String = "p") -> Data {
        Data(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: \(name)}
            spec: {containers: [{name: c, resources: {limits: {\(requests)}}}]}
            """.utf8)
    }

    /// The value at a path of keys and places in a JSON text.
    static func value(_ text: String, _ path: any Sendable...) throws -> Any { try value(text, at: path) }

    static func value(_ text: String, at path: [any Sendable]) throws -> Any {
        var value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        for step in path {
            if let key = step as? String, let object = value as? [String: Any], let next = object[key] {
                value = next
            } else if let place = step as? Int, let list = value as? [Any], list.indices.contains(place) {
                value = list[place]
            } else {
                Issue.record("\(path) is not in \(text)")
                return NSNull()
            }
        }
        return value
    }

    @Test("the example pod is admitted on one node of the example machine")
    func admitted() throws {
        let result = try numaHints(
            "explain", "Examples/pods/dpdk.yaml", "--machine", Self.machine, "--kubelet-config", Self.kubelet)
        #expect(result.status == 0, "\(result.all)")
        #expect(result.output.contains("admitted on node 0"), "\(result.all)")
        #expect(result.output.contains("hugepages-1Gi"))
        #expect(result.errors.isEmpty, "\(result.errors)")
    }

    @Test("a pod that is too wide is refused with resource, nodes and numbers")
    func refused() throws {
        let result = try numaHints(
            "explain", "Examples/pods/too-wide.yaml", "--machine", Self.machine, "--kubelet-config", Self.kubelet)
        #expect(result.status == 1, "\(result.all)")
        let because = result.output.split(separator: "\n").first { $0.contains("because") }
        #expect(because?.contains("cpu: node 0 has ") == true, "\(result.all)")
        #expect(because?.contains("24 requested; no single node is enough") == true, "\(result.all)")
    }

    @Test("json has the same as data")
    func json() throws {
        let result = try numaHints(
            "explain", "-", "--machine", Self.machine, "--policy", "single-numa-node", "--scope", "pod", "-o", "json",
            input: Self.pod("cpu: 4, memory: 1Gi"))
        #expect(result.status == 0, "\(result.all)")
        #expect(try Self.value(result.output, "schemaVersion") as? Int == 1)
        #expect(try Self.value(result.output, "pods", 0, "admit") as? Bool == true)
        #expect(try Self.value(result.output, "pods", 0, "refusal") is NSNull)
        #expect(try Self.value(result.output, "pods", 0, "units", 0, "merged", "nodes") as? [Int] == [0])
        #expect(try Self.value(result.output, "pods", 0, "units", 0, "resources", 0, "resource") as? String == "cpu")
        #expect(try Self.value(result.output, "pods", 0, "units", 0, "resources", 0, "requested") as? Int == 4000)
        #expect(
            try Self.value(result.output, "pods", 0, "units", 0, "resources", 0, "provider") as? String
                == "org.numa-hints.cpu")
    }

    @Test("equal inputs give equal bytes, in every format", arguments: ["text", "json", "yaml"])
    func sameness(format: String) throws {
        let outputs = try (0..<3).map { _ in
            try numaHints("explain", "Examples/pods/sidecar.yaml", "--machine", Self.machine, "-o", format)
        }
        #expect(Set(outputs.map(\.output)).count == 1)
        #expect(outputs.first?.output.isEmpty == false)
    }

    @Test("several pods come one after another, and the highest exit code counts")
    func severalPods() throws {
        let both =
            Self.pod("cpu: 12, memory: 1Gi", name: "a") + Data("\n---\n".utf8)
            + Self.pod("cpu: 24, memory: 1Gi", name: "b") + Data("\n---\n".utf8)
            + Self.pod("cpu: 12, memory: 1Gi", name: "c")
        let result = try numaHints(
            "explain", "-", "--machine", Self.machine, "--policy", "single-numa-node", input: both)
        #expect(result.status == 1, "\(result.all)")
        #expect(result.output.contains("pod default/a: admitted on node 0"), "\(result.all)")
        #expect(result.output.contains("pod default/b: refused"))
        #expect(result.output.contains("pod default/c: admitted on node 1"))
    }

    @Test("devices come from settings, and the cause names both resources")
    func devices() throws {
        let folder = try PrivateFolder()
        let config = folder.url.appendingPathComponent("numa-hints.yaml")
        try Data(
            """
            apiVersion: numa-hints/v1
            topology: {policy: single-numa-node}
            providers:
              - id: org.numa-hints.devices
                settings: {devices: [{id: gpu-0, resource: nvidia.com/gpu, nodes: [0], healthy: true}]}
            """.utf8
        ).write(to: config)
        let first = Self.pod("cpu: 12, memory: 1Gi", name: "first")
        let second = Self.pod("cpu: 8, memory: 1Gi, nvidia.com/gpu: 1", name: "second")
        let result = try numaHints(
            "explain", "-", "--machine", Self.machine, "--config", config.path,
            input: first + Data("\n---\n".utf8) + second)
        #expect(result.status == 1, "\(result.all)")
        #expect(
            result.output.contains(
                "because cpu: node 0 has 4 of 16 free, node 1 has 16 of 16, 8 requested; nvidia.com/gpu: only node 0 has any, "
                    + "1 of 1 free, 1 requested; no node has both"), "\(result.all)")
    }

    @Test("a resource that nobody answers for is a warning, and with --strict a refusal")
    func unclaimed() throws {
        let pod = Self.pod("cpu: 1, memory: 1Gi, example.org/fpga: 1")
        let lenient = try numaHints("explain", "-", "--machine", Self.machine, input: pod)
        #expect(lenient.status == 0)
        #expect(lenient.output.contains("warning: no provider answers for example.org/fpga"))
        let strict = try numaHints("explain", "-", "--strict", "--machine", Self.machine, input: pod)
        #expect(strict.status == 1)
        #expect(strict.output.contains("because no provider answers for example.org/fpga"))
    }

    @Test(
        "wrong usage and bad input end with 2 and one line",
        arguments: [
            ["explain"],
            ["explain", "/nowhere/pod.yaml"],
            ["explain", "Examples/pods"],
            ["explain", "Examples/pods/dpdk.yaml", "--policy", "sometimes"],
            ["explain", "Examples/pods/dpdk.yaml", "--scope", "cluster"],
            ["explain", "Examples/pods/dpdk.yaml", "--machine", "/nowhere.xml"],
            ["explain", "Examples/pods/dpdk.yaml", "--machine", "README.md"],
            ["explain", "Examples/pods/dpdk.yaml", "--kubelet-config", "Examples/pods/dpdk.yaml"],
            ["explain", "Examples/pods/dpdk.yaml", "--kubelet-args", "/dev/null"],
            ["explain", "Examples/pods/dpdk.yaml", "--config", "Examples/kubelet/restricted.yaml"],
            ["explain", "README.md"],
            ["explain", "Examples/pods/dpdk.yaml", "-o", "xml"],
        ])
    func badInput(arguments: [String]) throws {
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        let result = try run(program, arguments)
        #expect(result.status == 2, "\(result.all)")
        #expect(result.output.isEmpty)
        // What ArgumentParser says of a flag has a line of usage after it.
        #expect(
            result.errors.split(separator: "\n").filter { !$0.hasPrefix("Usage") && !$0.contains("--help") }.count <= 2)
    }

    @Test("colour is for terminals alone")
    func noColour() throws {
        let result = try numaHints("explain", "Examples/pods/dpdk.yaml", "--machine", Self.machine)
        #expect(!result.output.contains("\u{1B}"))
    }
}
