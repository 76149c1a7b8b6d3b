// SPDX-License-Identifier: Apache-2.0

import Foundation
import MachineTopology
import NUMACore
import PCIDevices
import TestSupport
import Testing

@Suite("PCIReader")
struct PCIReaderTests {
    private let machine = MachineBuilder(nodes: 2, cores: 4).machine

    private func gpu(_ address: String, node: Int? = -1, bridges: [String] = []) -> PCITree.Function {
        var function = PCITree.Function(address, vendor: 0x10de, classCode: 0x030200)
        function.device = 0x20b0
        function.node = node
        function.bridges = bridges
        function.driver = "nvidia"
        return function
    }

    @Test("ids, class, driver, node and the way from the root are read")
    func facts() throws {
        let tree = try PCITree([
            gpu("0000:3b:00.0", node: 1, bridges: ["0000:3a:00.0"]), gpu("0000:01:00.0", node: 0),
        ])
        let found = PCIReader(root: tree.root, machine: machine).read()
        #expect(found.problems == [])
        #expect(found.functions.map(\.address) == ["0000:01:00.0", "0000:3b:00.0"])
        let function = try #require(found.functions.last)
        #expect(function.device.vendor == 0x10de)
        #expect(function.device.device == 0x20b0)
        #expect(function.device.classCode == 0x030200)
        #expect(function.device.driver == "nvidia")
        #expect(function.device.locality == .nodes([1]))
        #expect(function.device.path == ["0000:3a:00.0", "0000:3b:00.0"])
        #expect(function.localitySource == .itself)
    }

    @Test("unknown is not node 0: a bridge is asked, then the host's description, then nobody")
    func unknownNodes() throws {
        var bridge = PCITree.Function("0000:3a:00.0", vendor: 0x8086, classCode: 0x060400)
        bridge.node = 1
        let tree = try PCITree([
            bridge, gpu("0000:3b:00.0", bridges: ["0000:3a:00.0"]), gpu("0000:41:00.0"), gpu("0000:42:00.0", node: nil),
            gpu("0000:43:00.0", node: 7),
        ])
        var known = machine
        known.devices = [
            Device(address: "0000:41:00.0", classCode: 0x030200, vendor: 0x10de, device: 1, locality: .nodes([0]))
        ]
        let found = PCIReader(root: tree.root, machine: known).read()
        #expect(found.problems == ["0000:43:00.0 says node 7, the machine has nodes 0-1"])
        let gpus = found.functions.filter { $0.device.vendor == 0x10de }
        #expect(gpus.map(\.device.locality) == [.nodes([1]), .nodes([0]), .unknown, .unknown])
        #expect(gpus.map(\.localitySource) == [.bridge("0000:3a:00.0"), .machine, .nobody, .nobody])
        #expect(gpus[0].localityNote == "its node by its bridge 0000:3a:00.0")
        #expect(gpus[1].localityNote == "its node by hwloc")
        #expect(gpus[2].localityNote == "its node is not known")
    }

    @Test("one broken function hides no other, and is named")
    func broken() throws {
        let tree = try PCITree([gpu("0000:01:00.0", node: 0), gpu("0000:02:00.0", node: 0)])
        try tree.make("/sys/bus/pci/devices/0000:05:00.0")
        try tree.write("/sys/bus/pci/devices/not-an-address/vendor", "0x10de\n")
        let found = PCIReader(root: tree.root, machine: machine).read()
        #expect(found.functions.map(\.address) == ["0000:01:00.0", "0000:02:00.0"])
        #expect(found.problems.count == 2)
        #expect(
            found.problems.contains { $0.hasPrefix("0000:05:00.0 cannot be read: Cannot open ") }, "\(found.problems)")
        #expect(found.problems.contains("/sys/bus/pci/devices/not-an-address is not the address of a PCI function"))
    }

    @Test("a link that leads nowhere is an unplugged function, not a problem; a machine without PCI has none")
    func nothing() throws {
        let tree = try PCITree()
        try tree.link("/sys/bus/pci/devices/0000:06:00.0", to: "../../../devices/pci0000:00/0000:06:00.0")
        #expect(PCIReader(root: tree.root, machine: machine).read() == PCIReader.Findings())
        let empty = try PrivateFolder()
        #expect(PCIReader(root: empty.url.path, machine: machine).read() == PCIReader.Findings())
    }

    @Test("without a sysfs the host's description counts")
    func described() {
        var known = machine
        known.devices = [
            Device(address: "0000:41:00.0", classCode: 0x030200, vendor: 0x10de, device: 1, locality: .nodes([0]))
        ]
        let found = PCIReader(root: nil, machine: known).read()
        #expect(found.functions.map(\.device) == known.devices)
        #expect(found.functions.allSatisfy { !$0.isDriverKnown })
    }

    @Test("a captured machine: as many functions as its hwloc view, with the same nodes where both know them")
    func captured() throws {
        let folder = try PrivateFolder()
        let file = TestEnvironment.root.appendingPathComponent("Tests/Machines/vm-4node-sriov.tar.gz").path
        #expect(try run("tar", ["-xzf", file, "-C", folder.url.path]).status == 0)
        let root = folder.url.appendingPathComponent("vm-4node-sriov").path
        let view = try MachineReader.read(.folder(path: root))
        let found = PCIReader(root: root, machine: view).read()
        #expect(found.problems == [])
        let virtual = found.functions.filter { $0.device.physicalFunction != nil }
        #expect(virtual.map(\.device.virtualIndex) == [0, 1, 2])
        for device in view.devices {
            let own = try #require(found.functions.first { $0.address == device.address })
            #expect(own.device.vendor == device.vendor)
            #expect(own.device.driver == device.driver)
            #expect(own.device.path == device.path)
            if device.locality != .unknown { #expect(own.device.locality == device.locality, "\(device.address)") }
        }
    }

    @Test("broken sysfs: nothing traps, what is whole is found, what is not is named")
    func fuzz() throws {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        let whole = gpu("0000:01:00.0", node: 1)
        for _ in 0..<TestEnvironment.cases(20) {
            let tree = try PCITree([whole])
            var named: Set<String> = []
            for place in 0..<6 {
                let address = "0000:1\(place):00.0"
                try tree.add(gpu(address, node: Int.random(in: -2...3, using: &random)))
                let folder = tree.path(of: address)
                let file = ["vendor", "device", "class", "numa_node", "subsystem_vendor"].randomElement(using: &random)
                guard let file else { continue }
                switch Int.random(in: 0..<7, using: &random) {
                case 0: try FileManager.default.removeItem(atPath: tree.root + "\(folder)/\(file)")
                case 1:
                    try tree.write(
                        "\(folder)/\(file)", Data((0..<40).map { _ in UInt8.random(in: 0...255, using: &random) }))
                case 2: try tree.write("\(folder)/\(file)", "1\n\0")
                case 3: try tree.write("\(folder)/\(file)", String(repeating: "9", count: 5000))
                case 4: try tree.write("\(folder)/\(file)", "")
                case 5:
                    try FileManager.default.removeItem(atPath: tree.root + "\(folder)/\(file)")
                    try tree.make("\(folder)/\(file)")
                default:
                    // A loop of links in the place of the folder.
                    try tree.remove(address)
                    try tree.link(folder, to: address)
                    named.insert(address)
                }
            }
            let found = PCIReader(root: tree.root, machine: machine).read()
            let own = found.functions.first { $0.address == whole.address }
            #expect(own?.device.locality == .nodes([1]), "seed \(TestEnvironment.seed)")
            for place in 0..<6 {
                let address = "0000:1\(place):00.0"
                let isFound = found.functions.contains { $0.address == address }
                let isNamed = found.problems.contains { $0.hasPrefix(address) } || named.contains(address)
                #expect(isFound || isNamed, "seed \(TestEnvironment.seed): \(address) \(found.problems)")
            }
            for function in found.functions {
                guard case .nodes(let nodes) = function.device.locality else { continue }
                #expect(nodes.subtracting(machine.nodeMask).isEmpty, "seed \(TestEnvironment.seed)")
            }
        }
    }

    @Test("functions that come and go while they are read: who stays is found, and nothing traps")
    func vanishing() async throws {
        let tree = try PCITree([gpu("0000:01:00.0", node: 1)])
        let over = Lines()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // The folder itself is in place of the link, so that its files go one after another.
                let folder = tree.root + tree.path(of: "0000:02:00.0")
                while over.all.isEmpty {
                    try tree.write("\(tree.path(of: "0000:02:00.0"))/class", "0x030200\n")
                    try tree.write("\(tree.path(of: "0000:02:00.0"))/vendor", "0x10de\n")
                    try tree.write("\(tree.path(of: "0000:02:00.0"))/device", "0x20b0\n")
                    try FileManager.default.removeItem(atPath: folder)
                }
            }
            for _ in 0..<100 {
                let found = PCIReader(root: tree.root, machine: machine).read()
                #expect(found.functions.first?.address == "0000:01:00.0")
                #expect(found.problems.allSatisfy { $0.hasPrefix("0000:02:00.0 ") }, "\(found.problems)")
            }
            over.add("over")
            try await group.waitForAll()
        }
    }
}
