// SPDX-License-Identifier: Apache-2.0

import Foundation
import MachineTopology
import NUMACore
import TestSupport
import Testing

@Suite("Reading machines")
struct MachineReaderTests {
    private static let twoSockets = TestEnvironment.root.appendingPathComponent(
        "Examples/machines/two-socket.xml")

    @Test("a synthetic machine")
    func synthetic() throws {
        let machine = try MachineReader.read(
            .synthetic("pack:2 [numa(memory=8GiB)] l3:2 core:2 pu:2"), devices: false)
        #expect(machine.nodes.map(\.id) == [0, 1])
        #expect(machine.nodes.map(\.cpus.list) == ["0-7", "8-15"])
        #expect(machine.nodes.map(\.memoryBytes) == [8 << 30, 8 << 30])
        #expect(machine.cpus.map(\.core) == [0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14])
        #expect(machine.cpus.map(\.cache) == [0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12])
        #expect(machine.cpus.map(\.socket) == Array(repeating: 0, count: 8) + Array(repeating: 1, count: 8))
    }

    @Test("node numbers with gaps")
    func sparse() throws {
        let machine = try MachineReader.read(.synthetic("numa:3(indexes=2,40,1000) pu:2"), devices: false)
        #expect(machine.nodes.map(\.id) == [2, 40, 1000])
        #expect(machine.cpus.map(\.node) == [2, 2, 40, 40, 1000, 1000])
    }

    @Test("of nodes with equal locality the lowest has the CPUs")
    func equalLocality() throws {
        let machine = try MachineReader.read(.synthetic("pack:2 [numa] [numa] pu:2"), devices: false)
        #expect(machine.nodes.map(\.cpus.list).sorted() == ["", "", "0-1", "2-3"])
        #expect(machine.nodes.map(\.localCPUs.list).sorted() == ["0-1", "0-1", "2-3", "2-3"])
    }

    @Test("1,024 nodes")
    func manyNodes() throws {
        let machine = try MachineReader.read(.synthetic("numa:1024 pu:1"), devices: false)
        #expect(machine.nodes.count == 1024)
        #expect(machine.nodes.last?.cpus == [1023])
    }

    @Test("the example machine: huge pages, distances, devices")
    func example() throws {
        let machine = try MachineReader.read(.xml(path: Self.twoSockets.path))
        #expect(machine.nodes.map(\.cpus.list) == ["0-7,16-23", "8-15,24-31"])
        #expect(machine.nodes[0].hugepages.map(\.resource) == ["hugepages-2Mi", "hugepages-1Gi"])
        #expect(machine.nodes[0].hugepages.map(\.totalBytes) == [4 << 30, 16 << 30])
        #expect(machine.nodes[0].hugepages.map(\.freeBytes) == [nil, nil])
        #expect(machine.distances?.rows == [[10, 21], [21, 10]])
        #expect(
            machine.devices.filter { $0.classCode == 0x030200 }.map(\.locality) == [.nodes([0]), .nodes([1])])
        #expect(machine.devices.first?.path == ["0000:16:01.0", "0000:17:00.0"])
        let without = try MachineReader.read(.xml(path: Self.twoSockets.path), devices: false)
        #expect(without.devices.isEmpty)
        #expect(without.nodes == machine.nodes)
    }

    @Test("this machine")
    func live() throws {
        let machine = try MachineReader.read(.live)
        #expect(!machine.nodes.isEmpty)
        #expect(machine.cpus.contains { $0.isOnline && $0.isAllowed })
    }

    @Test(
        "what --machine means",
        arguments: [
            ("live", MachineSource.live), ("synthetic:\"pu:2\"", .synthetic("pu:2")),
            ("synthetic:pu:2", .synthetic("pu:2")),
            (twoSockets.path, .xml(path: twoSockets.path)), ("/", .folder(path: "/")),
        ])
    func sources(text: String, source: MachineSource) throws {
        #expect(try MachineSource(text) == source)
    }
}
