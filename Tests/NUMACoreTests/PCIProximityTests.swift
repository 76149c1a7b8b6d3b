// SPDX-License-Identifier: Apache-2.0

import NUMACore
import TestSupport
import Testing

@Suite("Proximity of PCI devices")
struct PCIProximityTests {
    private static func device(_ path: String..., node: Int?) -> Device {
        Device(
            address: path.last ?? "", classCode: 0x030200, vendor: 0x10de, device: 1,
            locality: node.map { .nodes([$0]) } ?? .unknown, path: path)
    }

    /// Below one root port: two switches, of which the second hangs at a port of the first.
    private static let gpu = device("0000:00:01.0", "0000:01:00.0", "0000:02:01.0", "0000:03:00.0", node: 0)
    private static let card = device("0000:00:01.0", "0000:01:00.0", "0000:02:02.0", "0000:04:00.0", node: 0)
    private static let function = device("0000:00:01.0", "0000:01:00.0", "0000:02:02.0", "0000:04:00.1", node: 0)
    private static let deep = device(
        "0000:00:01.0", "0000:01:00.0", "0000:02:03.0", "0000:05:00.0", "0000:06:00.0", "0000:07:00.0", node: 0)
    /// At another port of the same root, at another root of the same node, of another node, of none.
    private static let other = device("0000:00:02.0", "0000:08:00.0", node: 0)
    private static let near = device("0000:40:01.0", "0000:41:00.0", node: 0)
    private static let far = device("0000:80:01.0", "0000:81:00.0", node: 1)
    private static let lost = device("0001:00:01.0", "0001:01:00.0", node: nil)
    /// At the root itself.
    private static let bare = device("0000:00:1f.0", node: 0)
    private static let bareFunction = device("0000:00:1f.6", node: 0)

    @Test(
        "each word of it",
        arguments: [
            (gpu, gpu, "X"), (gpu, card, "PIX"), (card, function, "PIX"), (gpu, deep, "PXB"), (gpu, other, "PHB"),
            (bare, gpu, "PHB"), (bare, bareFunction, "PIX"), (gpu, near, "NODE"), (gpu, far, "SYS"), (gpu, lost, "?"),
            (lost, lost, "X"),
        ])
    func words(_ one: Device, _ other: Device, _ word: String) {
        #expect(PCIProximity(one, other, nodes: [0, 1]).name == word)
        #expect(PCIProximity(other, one, nodes: [0, 1]).name == word)
    }

    @Test("on a machine of one node, nobody is on another")
    func oneNode() {
        #expect(PCIProximity(Self.gpu, Self.lost, nodes: [0]) == .node)
    }

    /// What lies between two devices, found by walking from the one up to where the other is below.
    private static func walked(_ one: Device, _ other: Device) -> PCIProximity {
        if one.address == other.address { return .same }
        guard let join = one.path.dropLast().last(where: { other.path.dropLast().contains($0) }) else {
            return one.path.first?.prefix(7) == other.path.first?.prefix(7)
                ? .hostBridge : one.locality == other.locality ? .node : .system
        }
        // Bridges below the one that joins them: a switch has one for each device.
        let below = [one, other].map { device in
            device.path.dropLast().reversed().prefix { $0 != join }.count
        }
        return (below.max() ?? 0) <= 1 ? .oneSwitch : .severalSwitches
    }

    @Test("Law: it is what a walk through the tree finds, the same both ways")
    func law() {
        for number in 0..<TestEnvironment.cases(50) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            var devices: [Device] = []
            for root in 0..<Int.random(in: 1...3, using: &random) {
                var bridges = [["0000:\(root)0:00.0"]]
                for bus in 0..<Int.random(in: 1...12, using: &random) {
                    let above = bridges.randomElement(using: &random) ?? []
                    let name = "0000:\(root)\(String(bus + 1, radix: 16)):0"
                    if Bool.random(using: &random) {
                        bridges.append(above + ["\(name)1.0"])
                    } else {
                        devices.append(
                            Device(
                                address: "\(name)2.0", classCode: 0x020000, vendor: 1, device: 1,
                                locality: .nodes([root / 2]), path: above + ["\(name)2.0"]))
                    }
                }
            }
            for one in devices {
                for other in devices {
                    let found = PCIProximity(one, other, nodes: [0, 1])
                    #expect(found == Self.walked(one, other), "\(one.path) \(other.path) NUMA_HINTS_SEED=\(seed)")
                    #expect(found == PCIProximity(other, one, nodes: [0, 1]), "NUMA_HINTS_SEED=\(seed)")
                }
            }
        }
    }
}
