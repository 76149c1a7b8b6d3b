// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import Recordings
import TestSupport
import Testing

/// The facts of a folder of recorded machines, as far as they are compared.
struct MachineFacts: Decodable {
    struct Machine: Decodable {
        var name: String
        var file: String
        var hwloc: View
        var hwloc_whole_system: View?
        var kernel: Kernel?
    }
    struct View: Decodable {
        var numa_nodes: [Node]
        var cores: Int
        var pus: Int
        var machine_cpulist: String?
        var distances: [Matrix]?
        var pci: [PCIDevice]?
    }
    struct Node: Decodable {
        var os_index: Int
        var locality_cpulist: String
        var memory_bytes: UInt64
        var subtype: String?
        var pages: [Pages]
    }
    struct Pages: Decodable { var size, count: UInt64 }
    struct Matrix: Decodable {
        var type: String
        var indexes: [Int]
        var matrix: [[Double]]
    }
    struct PCIDevice: Decodable {
        var busid, `class`, vendor, device: String
        var nodes: [Int]
    }
    struct Kernel: Decodable {
        struct Node: Decodable {
            var node: Int
            var cpulist: String
        }
        struct PCIDevice: Decodable {
            var busid: String
            var numa_node: String?
        }
        var nodes: [Node]
        var pci: [PCIDevice]?
    }
    var machines: [Machine]

    static let all: [Machine] = {
        guard let folder = TestEnvironment.machines else { return [] }
        let file = folder.appendingPathComponent("machines.json")
        do {
            return try JSONDecoder().decode(MachineFacts.self, from: Data(contentsOf: file)).machines
        } catch {
            Issue.record("\(file.path): \(error)")
            return []
        }
    }()
}

@Suite("Machines with known facts")
struct KnownMachinesTests {
    @Test("the folder of machines is given, or this suite says that it was not")
    func count() {
        guard TestEnvironment.machines != nil else {
            print("known machines: none, NUMA_HINTS_MACHINES is not set")
            return
        }
        print("known machines: \(MachineFacts.all.count)")
        #expect(!MachineFacts.all.isEmpty)
    }

    @Test("nodes, CPUs, memory, huge pages, distances and devices are those of the facts")
    func facts() throws {
        for known in MachineFacts.all {
            try compare(known, known.hwloc, wholeSystem: false)
            if let whole = known.hwloc_whole_system { try compare(known, whole, wholeSystem: true) }
        }
    }

    private func compare(_ known: MachineFacts.Machine, _ view: MachineFacts.View, wholeSystem: Bool) throws {
        guard let path = TestEnvironment.machines?.appendingPathComponent(known.file).path else { return }
        // In memory where there is such a folder: ext4 is slow at files made just after others were deleted.
        let scratch = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
        try RecordedMachine.with(path, wholeSystem: wholeSystem, scratch: scratch) { recorded in
            let machine = recorded.machine
            let name = "\(known.name)\(wholeSystem ? ", whole system" : "")"
            let facts = view.numa_nodes.sorted { $0.os_index < $1.os_index }
            #expect(machine.nodes.map(\.id) == facts.map(\.os_index), "\(name)")
            for (node, fact) in zip(machine.nodes, facts) { try compare(node, fact, known, name) }
            let usable = machine.cpus.filter { $0.isOnline && (wholeSystem || $0.isAllowed) }
            #expect(usable.count == view.pus, "\(name)")
            #expect(wholeSystem || Set(usable.map(\.core)).count == view.cores, "\(name)")
            let matrix = (view.distances ?? []).first { $0.type == "NUMANode" }
            if !wholeSystem || matrix != nil {
                #expect((machine.distances == nil) == (matrix == nil), "\(name)")
            }
            for (row, from) in (matrix?.indexes ?? []).enumerated() {
                for (column, to) in (matrix?.indexes ?? []).enumerated() {
                    let distance = machine.distances?.distance(from: from, to: to).map { Double($0) }
                    #expect(distance == matrix?.matrix[row][column], "\(name): \(from) to \(to)")
                }
            }
            compareDevices(machine, known, view, name)
        }
    }

    private func compare(
        _ node: Machine.Node, _ fact: MachineFacts.Node, _ known: MachineFacts.Machine, _ name: String
    ) throws {
        let label = "\(name): node \(node.id)"
        let local = try #require(CPUSet(list: fact.locality_cpulist))
        #expect(node.localCPUs == local, "\(label)")
        #expect(node.memoryBytes == fact.memory_bytes, "\(label)")
        #expect(node.memoryKind == fact.subtype, "\(label)")
        let basePage = known.hwloc.numa_nodes.flatMap(\.pages).map(\.size).min() ?? 0
        let huge = fact.pages.filter { $0.size > basePage }.map { $0.size * $0.count }
        #expect(node.hugepages.map(\.totalBytes) == huge, "\(label)")
        if let own = known.kernel?.nodes.first(where: { $0.node == node.id })?.cpulist {
            let list = try #require(CPUSet(list: own))
            #expect(node.cpus.isSubset(of: list), "\(label)")
            if let all = (known.hwloc.machine_cpulist).flatMap({ CPUSet(list: $0) }) {
                #expect(node.cpus.intersection(all) == list.intersection(all), "\(label)")
            }
        }
    }

    private func compareDevices(
        _ machine: Machine, _ known: MachineFacts.Machine, _ view: MachineFacts.View, _ name: String
    ) {
        guard let facts = view.pci?.sorted(by: { $0.busid < $1.busid }) else { return }
        #expect(machine.devices.map(\.address) == facts.map(\.busid), "\(name)")
        for (device, fact) in zip(machine.devices, facts) {
            let label = "\(name): \(device.address)"
            #expect(device.classCode >> 8 == UInt32(fact.class, radix: 16), "\(label)")
            #expect(device.vendor == UInt16(fact.vendor, radix: 16), "\(label)")
            #expect(device.device == UInt16(fact.device, radix: 16), "\(label)")
            let own = known.kernel?.pci?.first { $0.busid == fact.busid }?.numa_node.flatMap { Int($0) }
            let nodes = NUMANodeMask(fact.nodes)
            let isUnknown =
                machine.nodes.count > 1 && nodes == machine.nodeMask && known.kernel != nil && (own ?? -1) < 0
            #expect(device.locality == (isUnknown ? .unknown : .nodes(nodes)), "\(label)")
        }
    }
}
