// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Memory that is a device's own is not offered as system memory, unless settings say so.
@Suite("Device memory")
struct DeviceMemoryTests {
    let folder: PrivateFolder

    init() throws { folder = try PrivateFolder() }

    /// How much memory `explain` shows on node 1 of a machine.
    func memoryOfNode1(_ machine: String, _ more: String...) throws -> Int? {
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        let result = try run(
            program, ["explain", "-", "--machine", machine, "-o", "json"] + more,
            input: ExplainCommandTests.pod("cpu: 1, memory: 64Mi"))
        #expect(result.status == 0, "\(result.all)")
        return try ExplainCommandTests.value(result.output, "pods", 0, "units", 0, "resources", 1, "nodes", 1, "total")
            as? Int
    }

    /// The example machine, node 1 of which is a GPU's memory, as hwloc says it.
    func machineWithGPUMemory() throws -> String {
        let example = TestEnvironment.root.appendingPathComponent("Examples/machines/two-socket.xml")
        let text = try String(contentsOf: example, encoding: .utf8)
        let node = #"<object type="NUMANode" os_index="1""#
        #expect(text.contains(node))
        let file = folder.url.appendingPathComponent("gpu.xml")
        try Data(text.replacing(node, with: node + #" subtype="GPUMemory""#).utf8).write(to: file)
        return file.path
    }

    @Test("hwloc's subtype GPUMemory")
    func subtype() throws {
        let machine = try machineWithGPUMemory()
        #expect(try memoryOfNode1("Examples/machines/two-socket.xml") ?? 0 > 0)
        #expect(try memoryOfNode1(machine) == 0)
        let topology = try numaHints("topology", "--machine", machine, "-o", "json")
        #expect(try ExplainCommandTests.value(topology.output, "nodes", 1, "deviceMemory") as? Bool == true)
    }

    @Test("settings may offer it")
    func included() throws {
        let config = folder.url.appendingPathComponent("numa-hints.yaml")
        let text = """
            apiVersion: numa-hints/v1
            providers:
              - {id: org.numa-hints.memory, settings: {includeDeviceMemory: true}}
              - {id: org.numa-hints.hugepages, settings: {includeDeviceMemory: true}}
            """
        try Data(text.utf8).write(to: config)
        #expect(try memoryOfNode1(machineWithGPUMemory(), "--config", config.path) ?? 0 > 0)
    }

    @Test("what NVIDIA's driver says of its GPUs")
    func driver() throws {
        let archive = TestEnvironment.root.appendingPathComponent("Tests/Machines/vm-2node-gpus.tar.gz").path
        let unpacked = try run("tar", ["xzf", archive, "-C", folder.url.path])
        #expect(unpacked.status == 0, "\(unpacked.all)")
        let machine = folder.url.appendingPathComponent("vm-2node-gpus")
        #expect(try memoryOfNode1(machine.path) ?? 0 > 0)
        let gpu = machine.appendingPathComponent("proc/driver/nvidia/gpus/0000:17:00.0")
        try FileManager.default.createDirectory(at: gpu, withIntermediateDirectories: true)
        try Data("Node:            1\nStatus:          online\n".utf8).write(
            to: gpu.appendingPathComponent("numa_status"))
        // hwloc leaves such a node out of its view, so that nobody is offered anything on it.
        let topology = try numaHints("topology", "--machine", machine.path, "-o", "json")
        let nodes = try ExplainCommandTests.value(topology.output, "nodes") as? [[String: Any]]
        #expect(nodes?.compactMap { $0["id"] as? Int } == [0])
    }
}
