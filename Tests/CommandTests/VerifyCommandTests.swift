// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What `numa-hints verify` says of devices and of the machine; threads and pages are the matter of a real kernel.
@Suite("verify")
struct VerifyCommandTests {
    private let folder: PrivateFolder
    /// A captured machine of two nodes, with a GPU on each.
    private let root: URL

    init() throws {
        folder = try PrivateFolder()
        let archive = TestEnvironment.root.appendingPathComponent("Tests/Machines/vm-2node-gpus.tar.gz").path
        try #require(try run("tar", ["-xzf", archive, "-C", folder.url.path]).status == 0)
        root = folder.url.appendingPathComponent("vm-2node-gpus")
        try put("sys/devices/system/node/node1/hugepages/hugepages-2048kB/free_hugepages", "3")
        try put("proc/sys/kernel/numa_balancing", "0")
        try configure(
            "{id: '0000:31:00.0', resource: x.com/gpu, nodes: [0]}, {id: g1, resource: x.com/nic, nodes: [0]}")
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: a, uid: a}
            spec: {containers: [{name: app, resources: {limits: {cpu: 1, x.com/gpu: 1, x.com/nic: 1}}}]}
            """
        let admitted = try command("admit", "-", input: pod)
        try #require(admitted.status == 0, "\(admitted.all)")
    }

    private func put(_ path: String, _ text: String) throws {
        let url = root.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data((text + "\n").utf8).write(to: url)
    }

    /// The inventory of the devices provider.
    private func configure(_ devices: String) throws {
        let text =
            "apiVersion: numa-hints/v1\nproviders: [{id: org.numa-hints.devices, settings: {devices: [\(devices)]}}]\n"
        try Data(text.utf8).write(to: folder.url.appendingPathComponent("own.yaml"))
    }

    private func command(_ words: String..., input: String = "") throws -> CommandResult {
        func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }
        let options = ["--ledger", path("ledger.db"), "--config", path("own.yaml"), "--machine", root.path]
        return try run(
            TestEnvironment.built.appendingPathComponent("numa-hints").path, words + options, input: Data(input.utf8))
    }

    private static let machine = """
        node 0 has free: memory 2.6Gi, hugepages-2Mi 128Mi of 128Mi
        node 1 has free: memory 1.7Gi, hugepages-2Mi 6Mi of 128Mi, hugepages-1Gi 1Gi of 1Gi
        kernel.numa_balancing is off

        """

    @Test("what is free on each node is told, and is no drift")
    func fine() throws {
        let text = try command("verify")
        let line = "pod default/a, app: not attached\n  fine: 2 devices are where they were\n"
        #expect(text.status == 0 && text.output == line + Self.machine, "\(text.all)")
        let data = try command("verify", "-o", "json").output
        #expect(try ExplainCommandTests.value(data, "containers", 0, "devices", 0, "id") as? String == "0000:31:00.0")
        #expect(try ExplainCommandTests.value(data, "containers", 0, "devices", 0, "admittedNodes") as? [Int] == [0])
        #expect(try ExplainCommandTests.value(data, "containers", 0, "devices", 0, "nodes") as? [Int] == [0])
        #expect(try ExplainCommandTests.value(data, "containers", 0, "devices", 1, "drift") as? Bool == false)
        #expect(try ExplainCommandTests.value(data, "nodes", 1, "hugepages", 0, "freeBytes") as? Int == 6 << 20)
        #expect(try ExplainCommandTests.value(data, "numaBalancing") as? Bool == false)
        try put("proc/sys/kernel/numa_balancing", "1")
        #expect(try command("verify").output.contains("kernel.numa_balancing is on: the kernel moves pages"))
    }

    @Test("a device is elsewhere by its provider, by the machine, or is gone")
    func devices() throws {
        // The machine itself says where the first is.
        try configure(
            "{id: '0000:31:00.0', resource: x.com/gpu, nodes: [1]}, {id: g1, resource: x.com/nic, nodes: [1]}")
        let listed = try command("verify")
        #expect(listed.status == 1, "\(listed.all)")
        let lines = """
            pod default/a, app: not attached
              drift: x.com/nic g1 is on node 1 now, admitted on node 0
              fine: 1 device is where it was

            """
        #expect(listed.output == lines + Self.machine)

        let devices = root.appendingPathComponent("sys/devices")
        let names = try FileManager.default.subpathsOfDirectory(atPath: devices.path)
        let device = try #require(names.first { $0.hasSuffix("/0000:31:00.0") })
        // The kernel says it of the device and of the bridge above it, by number and by CPUs.
        for place in [device, (device as NSString).deletingLastPathComponent] {
            try put("sys/devices/\(place)/numa_node", "1")
            try put("sys/devices/\(place)/local_cpus", "f0")
        }
        try configure(
            "{id: '0000:31:00.0', resource: x.com/gpu, nodes: [0]}, {id: g2, resource: x.com/nic, nodes: [0]}")
        let moved = try command("verify")
        #expect(moved.status == 1, "\(moved.all)")
        #expect(
            moved.output.hasPrefix(
                """
                pod default/a, app: not attached
                  drift: x.com/gpu 0000:31:00.0 is on node 1 now, admitted on node 0
                  drift: x.com/nic g1 is gone, admitted on node 0
                node 0
                """), "\(moved.all)")
    }
}
