// SPDX-License-Identifier: Apache-2.0

import Foundation
import MachineTopology
import NUMACore
import TestSupport
import Testing

@Suite("Live memory")
struct LiveMemoryTests {
    private let folder: PrivateFolder

    init() throws { folder = try PrivateFolder() }

    private func write(_ text: String, _ path: String) throws {
        let url = folder.url.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func node(_ node: Int, _ name: String) -> String { "sys/devices/system/node/node\(node)/\(name)" }

    private func read(_ nodes: [Int]) -> LiveMemory { LiveMemory(root: folder.url.path, nodes: nodes) }

    @Test("memory and pages of each node, in order")
    func amounts() throws {
        try write("Node 0 MemTotal:  4000 kB\nNode 0 MemFree:  1000 kB\nNode 0 MemUsed: 3000 kB\n", node(0, "meminfo"))
        try write("\nNode 2 MemTotal: 4000 kB\nNode 2 MemFree:\t0 kB\n", node(2, "meminfo"))
        try write("7\n", node(0, "hugepages/hugepages-1048576kB/free_hugepages"))
        try write("12\n", node(0, "hugepages/hugepages-2048kB/free_hugepages"))
        let live = read([0, 1, 2])
        #expect(live.problems == [])
        #expect(
            live.amounts == [
                .init(node: 0, resource: .memory, bytes: 1000 << 10, name: "MemFree"),
                .init(node: 0, resource: "hugepages-2Mi", bytes: 12 << 21, name: "free_hugepages"),
                .init(node: 0, resource: "hugepages-1Gi", bytes: 7 << 30, name: "free_hugepages"),
                .init(node: 2, resource: .memory, bytes: 0, name: "MemFree"),
            ])
    }

    @Test("a kernel built without NUMA")
    func withoutNodes() throws {
        try write("MemTotal:  4000 kB\nMemFree:  1000 kB\nMemAvailable: 2000 kB\n", "proc/meminfo")
        try write("3\n", "sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages")
        #expect(
            read([0]).amounts == [
                .init(node: 0, resource: .memory, bytes: 1000 << 10, name: "MemFree"),
                .init(node: 0, resource: "hugepages-2Mi", bytes: 3 << 21, name: "free_hugepages"),
            ])
    }

    @Test("nothing is known without files, and nothing is wrong")
    func missing() throws {
        #expect(read([0, 1]) == LiveMemory(root: "/nonexistent", nodes: [0]))
        #expect(read([0]).problems == [] && read([0]).amounts == [])
    }

    @Test(
        "a broken file is one problem",
        arguments: [
            "", "Node 0 MemFree:\n", "Node 0 MemFree: many kB\n", "Node 0 MemFree: 1 MB\n", "MemFree: -1 kB",
            "Node 0 MemTotal: 1 kB\n", "\0\u{1}\u{2}",
        ])
    func broken(text: String) throws {
        try write(text, node(0, "meminfo"))
        #expect(read([0]).problems == ["/sys/devices/system/node/node0/meminfo has no line with MemFree in kB"])
        #expect(read([0]).amounts == [])
    }

    @Test("a broken number of pages, and one that is too large")
    func brokenPages() throws {
        let large = node(0, "hugepages/hugepages-1048576kB/free_hugepages")
        try write("many\n", node(0, "hugepages/hugepages-2048kB/free_hugepages"))
        try write("18446744073709551615", large)
        try write("1", node(0, "hugepages/hugepages-99999999999999999999kB/free_hugepages"))
        try write("1", node(0, "hugepages/else/free_hugepages"))
        #expect(
            read([0]).problems == [
                "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/free_hugepages has no number",
                "/\(large) has the number 18446744073709551615, which no machine has",
            ])
    }

    @Test("the recorded machines", arguments: ["vm-2node-gpus", "vm-4node-sriov", "vm-8node-ring"])
    func recorded(name: String) throws {
        let archive = TestEnvironment.root.appendingPathComponent("Tests/Machines/\(name).tar.gz").path
        #expect(try run("tar", ["-xzf", archive, "-C", folder.url.path]).status == 0)
        let root = folder.url.appendingPathComponent(name).path
        let machine = try MachineReader.read(.folder(path: root), wholeSystem: true, devices: false)
        let live = LiveMemory(root: root, nodes: machine.nodes.map(\.id))
        #expect(live.problems == [])
        for node in machine.nodes {
            let own = live.amounts.filter { $0.node == node.id }
            #expect(own.map(\.resource) == [.memory, "hugepages-2Mi", "hugepages-1Gi"])
            #expect(own[0].bytes <= node.memoryBytes)
            for pool in node.hugepages {
                #expect(own.first { $0.resource == pool.resource }?.bytes == pool.freeBytes)
            }
        }
    }
}
