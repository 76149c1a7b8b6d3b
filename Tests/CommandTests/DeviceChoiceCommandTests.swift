// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Devices that are chosen for two libraries together: GPUs from settings, and widgets of a library in C.
@Suite("Devices chosen over two libraries")
struct DeviceChoiceCommandTests {
    private static let library = Result {
        try CompiledLibrary(
            "libwidgets.so",
            compiling: TestEnvironment.root.appendingPathComponent("Tests/CommandTests/Fixtures/listed-widgets.c"))
    }

    private let folder: PrivateFolder
    private let options: [String]

    /// A GPU at each of the switches 0 and 1 of node 0, and 2 and 3 of node 1.
    init() throws {
        folder = try PrivateFolder()
        let gpus = (0..<4).map { number in
            let path = "0000:1\(number):01.0/0001:1\(number):00.0/0002:1\(number):00.0/0003:1\(number):00.0"
            return "{id: gpu-\(number), resource: nvidia.com/gpu, nodes: [\(number / 2)], path: \"\(path)\"}"
        }
        let text = """
            apiVersion: numa-hints/v1
            providers:
              - id: org.numa-hints.devices
                settings: {devices: [\(gpus.joined(separator: ", "))]}
            """
        let config = folder.url.appendingPathComponent("numa-hints.yaml")
        try Data(text.utf8).write(to: config)
        options = [
            "-", "--machine", "Examples/machines/two-socket.xml", "--config", config.path,
            "--providers", TestEnvironment.built.path, "--providers", try Self.library.get().folder.path,
        ]
    }

    private func pod(_ name: String, _ limits: String) -> Data {
        Data(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: \(name), uid: \(name)}
            spec: {containers: [{name: app, resources: {limits: {\(limits)}}}]}
            """.utf8)
    }

    private func command(_ name: String, _ pod: Data, _ more: String...) throws -> CommandResult {
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        return try run(program, [name] + options + more, input: pod)
    }

    @Test("the GPU is taken at whose switch the widget is, and data and text say so")
    func pair() throws {
        let both = pod("a", "nvidia.com/gpu: 1, example.org/widget: 1")
        let data = try command("explain", both, "-o", "json")
        func value(_ path: any Sendable...) throws -> Any {
            try ExplainCommandTests.value(data.output, at: ["pods", 0, "nearness", 0] + path)
        }
        #expect(data.status == 0, "\(data.all)")
        #expect(try value("pairs", 0, "proximity") as? String == "PIX", "\(data.all)")
        #expect(try value("pairs", 0, "devices", 0, "id") as? String == "w0")
        #expect(try value("pairs", 0, "devices", 1, "id") as? String == "gpu-1")
        #expect(try value("regret") is NSNull)
        let text = try command("explain", both).output
        #expect(text.contains("\n    PIX: w0 and gpu-1\n"), "\(text)")
    }

    @Test("as the kubelet does it, each provider takes its first")
    func kubelet() throws {
        let both = pod("a", "nvidia.com/gpu: 1, example.org/widget: 1")
        let result = try command("explain", both, "--compat", "kubelet")
        #expect(result.output.contains("gpu-0 on node 0"), "\(result.all)")
        #expect(result.output.contains("w0 on node 0"))
        #expect(!result.output.contains(" and "))
    }

    @Test("the better pair is gone: the worse is taken, said, and kept in the ledger")
    func soft() throws {
        let ledger = folder.url.appendingPathComponent("ledger.db").path
        #expect(try command("admit", pod("a", "example.org/widget: 1"), "--ledger", ledger).status == 0)
        #expect(try command("admit", pod("b", "nvidia.com/gpu: 1"), "--ledger", ledger).status == 0)
        let both = pod("c", "nvidia.com/gpu: 1, example.org/widget: 1")
        let result = try command("admit", both, "--ledger", ledger, "-o", "json")
        let said = "w1 and gpu-1 are NODE apart: nearer nvidia.com/gpu are held"
        #expect(result.status == 0 && result.output.contains(said), "\(result.all)")
        let past = try numaHints("explain", "--uid", "c", "--ledger", ledger)
        #expect(past.output.contains("\n    NODE: w1 and gpu-1\n    \(said)\n"), "\(past.all)")
    }
}
