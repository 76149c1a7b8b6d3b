// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import PCIDevices
import ProviderKit
import SRIOVProvider
import SystemFiles
import TestSupport

/// Finding 1,000 virtual functions of 16 cards in a sysfs, against nothing but the reading of the same files.
enum DiscoveryBench {
    static var groups: [BenchGroup] {
        [BenchGroup(title: "discovery of 1,000 virtual functions of 16 cards") { try rows() }]
    }

    private static func rows() throws -> [BenchRow] {
        let tree = try cards()
        let machine = MachineBuilder(nodes: 2, cores: 8).machine
        let reader = PCIReader(root: tree.root, machine: machine)
        let plain = Bench.median { readPlainly(tree.root) }
        let read = Bench.median { _ = reader.read() }
        let settings =
            #"{"resourceList": [{"resourceName": "vf", "selectors": {"vendors": ["8086"], "devices": ["1889"]}}]}"#
        var provider = try SRIOVProvider(
            context: ProviderContext(machine: machine, settings: settings, root: tree.root))
        let look = Bench.median { _ = provider.refresh() }
        return [("functions read", read), ("pools filled", look)].map { name, time in
            BenchRow(
                name: name, time: time, comparison: "the files alone \(Bench.text(plain))",
                note: "\(provider.devices().count) devices")
        }
    }

    private static func cards() throws -> PCITree {
        let tree = try PCITree()
        for card in 0..<16 {
            let bus = String(card + 16, radix: 16)
            var physical = PCITree.Function("0000:\(bus):00.0", vendor: 0x8086, classCode: 0x020000)
            (physical.device, physical.node, physical.virtualLimit) = (0x1592, card / 8, 64)
            (physical.interfaces, physical.driver) = (["ens\(card)"], "ice")
            try tree.add(physical)
            for number in 0..<(card < 8 ? 63 : 62) {
                let place = number + 8
                let device = String(place / 8, radix: 16)
                var function = PCITree.Function(
                    "0000:\(bus):\(device.count < 2 ? "0" : "")\(device).\(place % 8)", vendor: 0x8086,
                    classCode: 0x020000)
                (function.device, function.node, function.driver) = (0x1889, card / 8, "iavf")
                function.physical = (physical.address, number)
                try tree.add(function)
            }
        }
        return tree
    }

    /// What must be read in any case: six files and three links of each function.
    private static func readPlainly(_ root: String) {
        let files = SystemFiles(root: root)
        for name in files.names(in: PCIReader.folder) {
            let folder = "\(PCIReader.folder)/\(name)"
            for file in ["vendor", "device", "class", "numa_node", "subsystem_vendor", "subsystem_device"] {
                _ = files.bytes("\(folder)/\(file)", limit: 64)
            }
            for link in ["driver", "physfn", "iommu_group"] { _ = files.linkTarget("\(folder)/\(link)") }
        }
    }
}
