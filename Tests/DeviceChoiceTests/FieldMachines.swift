// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The devices of machines in the field: trees of our own that have the nodes and the nearest devices that people have
/// told of these machines. Ids are `gpu0` and `nic0`, as `nvidia-smi topo -m` numbers them.
enum FieldMachines {
    static let gpu: ResourceName = "nvidia.com/gpu"
    static let nic: ResourceName = "example.com/nic"

    /// One device at a port of a switch of two levels of bridges, below a root port of its own host bridge.
    private static func behind(_ root: Int, _ port: Int) -> [String] {
        let bus = hex(root)
        return ["0000:\(bus):01.0", "0001:\(bus):00.0", "0002:\(bus):\(hex(port)).0"]
    }

    private static func hex(_ number: Int) -> String {
        (number < 16 ? "0" : "") + String(number, radix: 16)
    }

    /// Four sub-NUMA nodes, 8 GPUs of one NVLink group, 9 NICs; GPU 0 to 5 are known to have the NICs 0, 1, 2, 4, 5, 6
    /// at their switch. NIC 3 is a management card at the root.
    ///
    /// Source: https://github.com/sgl-project/sglang/issues/13973, the first six rows; the last two are ours.
    static var hgxFourNodes: [ListedDevice] {
        var tree = TreeBuilder()
        for (number, (node, partner)) in [(0, 0), (0, 1), (0, 2), (1, 4), (2, 5), (2, 6), (2, 7), (3, 8)].enumerated() {
            let bus = hex(16 + number)
            tree.add(
                gpu, behind(16 + number, 0) + ["0003:\(bus):00.0"], node: node, id: "gpu\(number)", group: "nvlink")
            tree.add(nic, behind(16 + number, 1) + ["0004:\(bus):00.0"], node: node, id: "nic\(partner)")
        }
        tree.add(nic, ["0000:00:1c.0", "0000:01:00.0"], node: 0, id: "nic3")
        return tree.devices
    }

    /// Two nodes, 8 GPUs; 32 functions, 8 of each of four cards, which are at the switches of the GPUs 0, 2, 4 and 6.
    /// Four more cards are at the root.
    ///
    /// Source: https://github.com/sgl-project/sglang/issues/14092.
    static var manyFunctions: [ListedDevice] {
        var tree = TreeBuilder()
        for number in 0..<8 {
            let bus = hex(16 + number)
            tree.add(gpu, behind(16 + number, 0) + ["0003:\(bus):00.0"], node: number / 4, id: "gpu\(number)")
            guard number.isMultiple(of: 2) else { continue }
            for function in 0..<8 {
                tree.add(
                    nic, behind(16 + number, 1) + ["0004:\(bus):00.\(function)"], node: number / 4,
                    id: "nic\(hex(number * 4 + function))")
            }
        }
        for number in 0..<4 {
            tree.add(nic, ["0000:0\(number):01.0", "0005:0\(number):00.0"], node: number / 2, id: "nic2\(number)")
        }
        return tree.devices
    }

    /// Three pairs of GPUs, each pair at one switch; the first two pairs on node 0, on host bridges of their own.
    ///
    /// Source: a published `nvidia-smi topo -m`.
    static var threePairs: [ListedDevice] {
        var tree = TreeBuilder()
        for number in 0..<6 {
            let bus = hex(16 + number / 2)
            tree.add(
                gpu,
                ["0000:\(bus):01.0", "0001:\(bus):00.0", "0002:\(bus):0\(number % 2).0", "0003:\(bus):0\(number).0"],
                node: number / 4, id: "gpu\(number)")
        }
        return tree.devices
    }

    /// Eight nodes, of which four have devices, and not in the order of the GPUs; two GPUs and two NICs share several
    /// switches. Known are the first four GPUs and NICs; the rest is built alike.
    ///
    /// Source: https://github.com/NVIDIA/nccl/issues/1505.
    static var dgxA100: [ListedDevice] {
        var tree = TreeBuilder()
        for (pair, node) in [3, 1, 7, 5].enumerated() {
            let bus = hex(16 + pair)
            let top = ["0000:\(bus):01.0", "0001:\(bus):00.0"]
            for side in 0..<2 {
                let (number, low) = (2 * pair + side, "0\(side)")
                tree.add(
                    gpu,
                    top + [
                        "0002:\(bus):\(low).0", "0003:\(bus):\(low).0", "0004:\(bus):\(low).0", "0005:\(bus):\(low).0",
                    ],
                    node: node, id: "gpu\(number)")
                tree.add(
                    nic,
                    top + [
                        "0002:\(bus):1\(side).0", "0003:\(bus):1\(side).0", "0004:\(bus):1\(side).0",
                        "0005:\(bus):1\(side).0",
                    ],
                    node: node, id: "nic\(number)")
            }
        }
        return tree.devices
    }

    /// Four nodes, 8 dies, not in the order of the nodes, and one NIC for two dies, at the host bridge of the second.
    ///
    /// Source: eas-tioga.xml of https://github.com/LLNL/mpibind (MIT): addresses and nodes as there.
    static var tioga: [ListedDevice] {
        var tree = TreeBuilder()
        let cards = [(3, "c0", "c4", 0xc1), (1, "c8", "cc", 0xc9), (0, "d0", "d4", 0xd1), (2, "d8", "dc", 0xd9)]
        for (node, first, second, bus) in cards {
            tree.add(gpu, ["0000:\(first):07.1", "0000:\(hex(bus)):00.0"], node: node)
            tree.add(nic, ["0000:\(second):01.1", "0000:\(hex(bus + 4)):00.0"], node: node)
            tree.add(gpu, ["0000:\(second):07.1", "0000:\(hex(bus + 5)):00.0"], node: node)
        }
        return tree.devices
    }
}
