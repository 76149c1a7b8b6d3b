// SPDX-License-Identifier: Apache-2.0

import NUMACore
import TestSupport
import Testing

@Suite("Resources, amounts and quantities")
struct ResourceTests {
    @Test(
        "names of huge pages",
        arguments: [
            (UInt64(64 << 10), "hugepages-64Ki"), (2 << 20, "hugepages-2Mi"), (1 << 30, "hugepages-1Gi"),
            (16 << 20, "hugepages-16Mi"), (1000, "hugepages-1000"),
        ])
    func hugepages(size: UInt64, name: String) {
        let resource = ResourceName.hugepages(size: size)
        #expect(resource.rawValue == name)
        #expect(resource.isHugepages)
        #expect(resource.hugepageSize == size)
    }

    @Test(
        "what is no name of huge pages",
        arguments: ["cpu", "hugepages-", "hugepages-x", "hugepages-2M", "Hugepages-2Mi"])
    func noHugepages(name: String) { #expect(ResourceName(name).hugepageSize == nil) }

    @Test("quantities for people")
    func texts() {
        #expect(ResourceName.cpu.text(of: 4000) == "4")
        #expect(ResourceName.cpu.text(of: 1500) == "1500m")
        #expect(ResourceName.memory.text(of: 16 << 30) == "16Gi")
        #expect(ResourceName.memory.text(of: 1_610_612_736) == "1.5Gi")
        #expect(ResourceName("nvidia.com/gpu").text(of: 2) == "2")
    }

    @Test("names stand in the order of their bytes")
    func order() {
        let names: [ResourceName] = ["memory", "a", "cpu", "Z", "hugepages-2Mi"]
        #expect(names.sorted() == ["Z", "a", "cpu", "hugepages-2Mi", "memory"])
    }

    @Test("binary quantities: exact there and back, rounded never up")
    func quantities() {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        for _ in 0..<1000 {
            let bytes = UInt64.random(
                in: 0...UInt64.max >> UInt64.random(in: 0..<64, using: &random), using: &random)
            #expect(BinaryQuantity.bytes(BinaryQuantity.exact(bytes)) == bytes)
            #expect(!BinaryQuantity.rounded(bytes).isEmpty)
        }
        #expect(BinaryQuantity.exact(0) == "0")
        #expect(BinaryQuantity.rounded(2047) == "1.9Ki")
        #expect(BinaryQuantity.rounded(.max) == "15.9Ei")
        #expect(BinaryQuantity.bytes("16Ei") == nil)
        #expect(BinaryQuantity.bytes("15Ei") == 15 << 60)
        for text in ["", "Ki", "1K", "-1", "1.5Gi", "1 Ki", "99999999999999999999"] {
            #expect(BinaryQuantity.bytes(text) == nil)
        }
    }

    @Test("amounts are kept in the order of their names, each once")
    func amounts() {
        var amounts: ResourceAmounts = ["memory": 5, "cpu": 1, "memory": 7]
        #expect(amounts.resources == ["cpu", "memory"])
        #expect(amounts["memory"] == 7)
        #expect(amounts["gpu"] == nil)
        amounts.add(["memory": .max, "a": 0])
        #expect(amounts["memory"] == .max)
        #expect(amounts["a"] == 0)
        amounts.raise(to: ["cpu": 3, "a": 2, "memory": 1])
        #expect(amounts["cpu"] == 3 && amounts["a"] == 2 && amounts["memory"] == .max)
        amounts["cpu"] = nil
        amounts["none"] = nil
        #expect(amounts.resources == ["a", "memory"])
    }

    @Test(
        "the class of a pod",
        arguments: [
            ([ContainerSpec(name: "a")], QOSClass.bestEffort),
            ([ContainerSpec(name: "a", requests: ["vendor.com/gpu": 1])], .bestEffort),
            ([ContainerSpec(name: "a", requests: ["cpu": 1])], .burstable),
            (
                [
                    ContainerSpec(
                        name: "a", requests: ["cpu": 1, "memory": 2], limits: ["cpu": 1, "memory": 2])
                ],
                .guaranteed
            ),
            (
                [
                    ContainerSpec(
                        name: "a", requests: ["cpu": 1, "memory": 2], limits: ["cpu": 1, "memory": 2]),
                    ContainerSpec(name: "b"),
                ], .burstable
            ),
            (
                [
                    ContainerSpec(
                        name: "a", requests: ["cpu": 1, "memory": 2], limits: ["cpu": 2, "memory": 2])
                ],
                .burstable
            ),
        ])
    func classes(containers: [ContainerSpec], expected: QOSClass) {
        #expect(QOSClass(of: containers) == expected)
        #expect(PodSpec(uid: "u", name: "p", containers: containers).qos == expected)
    }

    @Test("distances: square or nothing; the sum over a mask")
    func distances() throws {
        #expect(Distances(nodes: [0, 1], rows: [[10, 20]]) == nil)
        #expect(Distances(nodes: [0, 1], rows: [[10, 20], [20]]) == nil)
        let distances = try #require(Distances(nodes: [1, 4], rows: [[10, 20], [21, 11]]))
        #expect(distances.distance(from: 4, to: 1) == 21)
        #expect(distances.distance(from: 0, to: 1) == nil)
        #expect(distances.sum(over: [1, 4, 9]) == 62)
        #expect(distances.sum(over: [4]) == 11)
        #expect(distances.sum(over: []) == 0)
    }

    @Test(
        "claims: a name, or a family",
        arguments: [
            ("cpu", "cpu", true), ("cpu", "cpus", false), ("hugepages-*", "hugepages-2Mi", true),
            ("hugepages-*", "hugepages", false), ("*", "anything", true),
            ("vendor.com/*", "vendor.org/a", false),
        ])
    func claims(pattern: String, name: String, covers: Bool) {
        #expect(ResourceClaim(pattern).covers(ResourceName(name)) == covers)
        #expect(ResourceClaim(pattern).overlaps(ResourceClaim(name)) == covers)
        #expect(ResourceClaim(name).overlaps(ResourceClaim(pattern)) == covers)
    }

    @Test("families overlap if one begins as the other does")
    func families() {
        #expect(ResourceClaim("hugepages-*").overlaps(ResourceClaim("huge*")))
        #expect(!ResourceClaim("hugepages-2*").overlaps(ResourceClaim("hugepages-1*")))
    }
}
