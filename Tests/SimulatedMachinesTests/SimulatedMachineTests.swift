// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import Presentation
import Recordings
import SimulatedMachines
import TestSupport
import Testing

/// The machines of `sim:NAME`, and what hwloc reads from their XML.
@Suite("SimulatedMachine")
struct SimulatedMachineTests {
    @Test("each has a name of its own, in ascending order, by which it is found")
    func names() throws {
        let names = SimulatedMachine.all.map(\.name)
        #expect(names == Set(names).sorted() && names.count >= 9)
        for name in names { #expect(try SimulatedMachine.named(name).name == name) }
        #expect(throws: NUMAHintsError.self) { try SimulatedMachine.named("epyc") }
    }

    @Test(
        "nodes, CPUs and devices are as published",
        arguments: [
            ("cxl", 4, 128, 0), ("epyc-nps1", 2, 384, 2), ("epyc-nps2", 4, 384, 2), ("epyc-nps4", 8, 384, 2),
            ("gb200", 34, 144, 8), ("gpu-8", 2, 224, 24), ("nodes-64", 64, 1024, 8), ("xeon-max", 16, 224, 0),
            ("xeon-snc2", 4, 224, 2),
        ])
    func sizes(name: String, nodes: Int, cpus: Int, devices: Int) throws {
        let machine = try SimulatedMachine.named(name).machine
        #expect(machine.nodes.count == nodes && machine.cpus.count == cpus && machine.devices.count == devices)
        #expect(machine.nodes.map(\.id) == Array(0..<nodes))
        #expect(machine.nodes.reduce(0) { $0 + $1.cpus.count } == cpus)
        #expect(machine.distances?.nodes.count == nodes)
    }

    @Test("hwloc reads from the XML just the machine", arguments: SimulatedMachine.all.map(\.name))
    func exported(name: String) throws {
        let machine = try SimulatedMachine.named(name).machine
        let folder = try PrivateFolder()
        let file = folder.url.appendingPathComponent("machine.xml")
        try HwlocXML(machine, origin: "a test").text.write(to: file, atomically: false, encoding: .utf8)
        let read = try RecordedMachine.with(file.path) { $0.machine }
        var expected = machine
        // An XML says nothing of these.
        for node in expected.nodes.indices {
            for pool in expected.nodes[node].hugepages.indices { expected.nodes[node].hugepages[pool].freeBytes = nil }
        }
        #expect(read.nodes == expected.nodes)
        #expect(read.cpus == expected.cpus)
        #expect(read.distances == expected.distances)
        // In an XML a device is at CPUs, and so at every node that has those.
        for place in expected.devices.indices {
            guard case .nodes(let nodes) = expected.devices[place].locality else { continue }
            let cpus = machine.nodes.filter { nodes.contains($0.id) }.map(\.localCPUs)
            expected.devices[place].locality = .nodes(
                NUMANodeMask(machine.nodes.filter { cpus.contains($0.localCPUs) }.map(\.id)))
        }
        #expect(read.devices == expected.devices)
    }

    @Test("below each switch of gpu-8 there is a GPU with its NIC")
    func pairs() throws {
        let devices = try SimulatedMachine.named("gpu-8").machine.devices
        let gpus = devices.filter { $0.classCode >> 16 == 0x03 }
        #expect(gpus.count == 8)
        for gpu in gpus {
            let near = devices.filter { $0.path.prefix(2) == gpu.path.prefix(2) }.map { $0.classCode >> 16 }
            #expect(near.sorted() == [0x01, 0x02, 0x03])
        }
    }
}
