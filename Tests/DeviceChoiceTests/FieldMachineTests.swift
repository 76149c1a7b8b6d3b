// SPDX-License-Identifier: Apache-2.0

import DeviceChoice
import NUMACore
import TestSupport
import Testing

/// The right pairs on trees like those in the field.
@Suite("Choice of devices on known machines")
struct FieldMachineTests {
    private let gpu = FieldMachines.gpu
    private let nic = FieldMachines.nic

    /// Ids of NICs, then of GPUs: resources ascend.
    private func choose(
        _ devices: [ListedDevice], gpus: Int, nics: Int, on affinity: NUMANodeMask? = nil, held: Set<String> = []
    ) -> [[String]]? {
        let needs = [gpu: gpus, nic: nics].filter { $0.value > 0 }
        return DeviceChoice(
            TreeBuilder.demands(devices, needs, held: held), affinity: affinity, nodes: NUMANodeMask(0..<8))?.ids
    }

    private func nearness(
        _ devices: [ListedDevice], _ ids: [[String]], on affinity: NUMANodeMask? = nil, held: Set<String>
    ) -> DeviceNearness {
        let demands = TreeBuilder.demands(devices, [gpu: ids[1].count, nic: ids[0].count], held: held)
        return DeviceNearness(
            container: "c", [(nic, Set(ids[0])), (gpu, Set(ids[1]))], of: demands, affinity: affinity,
            nodes: NUMANodeMask(0..<8))
    }

    @Test("sub-NUMA nodes: each GPU goes with the NIC at its switch", arguments: 0..<6)
    func subNUMA(number: Int) {
        let others = Set((0..<8).filter { $0 != number }.map { "gpu\($0)" })
        let partner = ["nic0", "nic1", "nic2", "nic4", "nic5", "nic6"][number]
        #expect(choose(FieldMachines.hgxFourNodes, gpus: 1, nics: 1, held: others) == [[partner], ["gpu\(number)"]])
    }

    @Test("sub-NUMA nodes: of several each has its own partner")
    func several() {
        let devices = FieldMachines.hgxFourNodes
        #expect(choose(devices, gpus: 2, nics: 2, on: [2]) == [["nic5", "nic6"], ["gpu4", "gpu5"]])
        #expect(choose(devices, gpus: 3, nics: 3, on: [0]) == [["nic0", "nic1", "nic2"], ["gpu0", "gpu1", "gpu2"]])
        // The NIC decides on the GPU as much as the GPU on the NIC.
        #expect(choose(devices, gpus: 1, nics: 1, held: ["nic0", "nic1", "nic3"]) == [["nic2"], ["gpu2"]])
    }

    @Test("36 NICs: a function of the card at a GPU's switch")
    func functions() {
        let devices = FieldMachines.manyFunctions
        #expect(choose(devices, gpus: 1, nics: 1, on: [0]) == [["nic00"], ["gpu0"]])
        #expect(choose(devices, gpus: 1, nics: 1, on: [1]) == [["nic10"], ["gpu4"]])
        #expect(choose(devices, gpus: 2, nics: 2, on: [0]) == [["nic00", "nic08"], ["gpu0", "gpu2"]])
        // A card of which functions are gone already is used up first.
        #expect(choose(devices, gpus: 1, nics: 1, on: [0], held: ["nic08"]) == [["nic09"], ["gpu2"]])
        // GPU 1 has none at its switch; a function elsewhere on the node has to do.
        #expect(choose(devices, gpus: 1, nics: 1, on: [0], held: ["gpu0", "gpu2", "gpu3"])?.last == ["gpu1"])
    }

    @Test("pairs of GPUs: two are a pair, one is what is left of one")
    func pairs() {
        let devices = FieldMachines.threePairs
        #expect(choose(devices, gpus: 2, nics: 0, on: [0]) == [["gpu0", "gpu1"]])
        #expect(choose(devices, gpus: 2, nics: 0, on: [0], held: ["gpu0"]) == [["gpu2", "gpu3"]])
        #expect(choose(devices, gpus: 1, nics: 0, on: [0], held: ["gpu2"]) == [["gpu3"]])
        #expect(choose(devices, gpus: 3, nics: 0, on: [0], held: ["gpu0"]) == [["gpu1", "gpu2", "gpu3"]])
        // A left-over on another node does not count: tiers come first.
        #expect(choose(devices, gpus: 1, nics: 0, on: [0], held: ["gpu4"]) == [["gpu0"]])
    }

    @Test("GPUs that are not in the order of nodes")
    func a100() {
        let devices = FieldMachines.dgxA100
        #expect(choose(devices, gpus: 2, nics: 2, on: [3]) == [["nic0", "nic1"], ["gpu0", "gpu1"]])
        #expect(choose(devices, gpus: 2, nics: 2, on: [1]) == [["nic2", "nic3"], ["gpu2", "gpu3"]])
        #expect(choose(devices, gpus: 1, nics: 2, held: ["gpu0", "nic0"]) == [["nic2", "nic3"], ["gpu2"]])
        let told = nearness(devices, [["nic2"], ["gpu1"]], held: ["nic0", "nic1"])
        #expect(told.regret == "nic2 and gpu1 are SYS apart: nearer example.com/nic are held")
    }

    @Test("one NIC for a pair of dies: the die at its host bridge")
    func tioga() {
        let devices = FieldMachines.tioga
        let pairs = [3: ("c5", "c6"), 1: ("cd", "ce"), 0: ("d5", "d6"), 2: ("dd", "de")]
        for (node, pair) in pairs {
            #expect(
                choose(devices, gpus: 1, nics: 1, on: [node]) == [["0000:\(pair.0):00.0"], ["0000:\(pair.1):00.0"]])
        }
        #expect(
            choose(devices, gpus: 2, nics: 1, on: nil) == [["0000:c5:00.0"], ["0000:c1:00.0", "0000:c6:00.0"]])
    }

    @Test("the better pair is gone: the worse is taken, and said")
    func soft() throws {
        let devices = FieldMachines.tioga
        let held: Set = ["0000:c6:00.0", "0000:c1:00.0"]
        let ids = try #require(choose(devices, gpus: 1, nics: 1, held: held.union(["0000:cd:00.0", "0000:d5:00.0"])))
        #expect(ids == [["0000:dd:00.0"], ["0000:de:00.0"]])
        let far = [["0000:c5:00.0"], ["0000:c9:00.0"]]
        let told = nearness(devices, far, held: held)
        #expect(told.pairs.map(\.proximity) == [.system])
        #expect(
            told.regret == "0000:c5:00.0 and 0000:c9:00.0 are SYS apart: nearer nvidia.com/gpu are held")
        #expect(nearness(devices, far, held: []).regret == nil)
    }

    @Test("several keep cliques whole, one takes a left-over")
    func cliques() {
        var tree = TreeBuilder()
        for number in 0..<8 { tree.add(gpu, [], node: 0, id: "gpu\(number)", group: "board\(number / 4)") }
        let devices = tree.devices
        #expect(choose(devices, gpus: 1, nics: 0, on: [0], held: ["gpu5"]) == [["gpu4"]])
        #expect(choose(devices, gpus: 4, nics: 0, on: [0], held: ["gpu1"]) == [["gpu4", "gpu5", "gpu6", "gpu7"]])
        #expect(choose(devices, gpus: 2, nics: 0, on: [0], held: ["gpu0", "gpu1", "gpu4"]) == [["gpu2", "gpu3"]])
        #expect(
            choose(devices, gpus: 5, nics: 0, on: [0], held: ["gpu0"]) == [["gpu1", "gpu4", "gpu5", "gpu6", "gpu7"]])
        let demands = TreeBuilder.demands(devices, [gpu: 4], held: ["gpu0", "gpu4"])
        let told = DeviceNearness(
            container: "c", [(gpu, ["gpu1", "gpu2", "gpu3", "gpu5"])], of: demands, affinity: [0], nodes: [0, 1])
        #expect(told.regret == "the devices are of 2 cliques, where 1 would do: others are held")
        #expect(told.cliques.map(\.taken) == [3, 1])
        #expect(told.cliques.map(\.usable) == [3, 3])
        #expect(told.cliques.map(\.isBroken) == [false, false])
    }

    @Test("1000 functions of 16 cards are few kinds")
    func thousand() throws {
        var tree = TreeBuilder()
        for number in 0..<1000 {
            let bus = String(16 + number / 63, radix: 16)
            tree.add(
                nic, ["0000:\(bus):01.0", "0001:\(bus):\(number % 63).0"], node: number / 500,
                id: "vf\(1000 + number)")
        }
        for number in 0..<8 {
            let bus = String(16 + 2 * number, radix: 16)
            tree.add(gpu, ["0000:\(bus):01.0", "0002:\(bus):00.0"], node: number / 4, id: "gpu\(number)")
        }
        let choice = try #require(
            DeviceChoice(
                TreeBuilder.demands(tree.devices, [gpu: 4, nic: 8]), affinity: [0], nodes: [0, 1]))
        #expect(choice.isBest)
        #expect(choice.ids.last == ["gpu0", "gpu1", "gpu2", "gpu3"])
    }
}
