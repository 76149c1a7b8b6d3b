// SPDX-License-Identifier: Apache-2.0

import Admission
import HintMerge
import KubernetesFormats
import NUMACore
import TestSupport
import Testing

@testable import NUMAHints

/// What the object for schedulers says of the facts of a node.
@Suite("Exported resource topology")
struct ResourceTopologyTests {
    private func facts(_ machine: Machine, _ stock: [Stock], unheld: [Stock]? = nil) -> NodeResourceTopology.Facts {
        NodeResourceTopology.Facts(
            name: "n", machine: machine, policy: .none, scope: .container, unheld: unheld ?? stock, stock: stock)
    }

    private func stock(_ resource: ResourceName, _ locality: Locality, _ free: UInt64, of total: UInt64) -> Stock {
        Stock(resource, locality: locality, free: free, total: total)
    }

    private func lines(_ object: NodeResourceTopology) -> [String] {
        object.zones.map { zone in
            ([zone.name] + zone.resources.map { "\($0.name) \($0.available)/\($0.allocatable)/\($0.capacity)" })
                .joined(separator: " ")
        }
    }

    private static let words: [(Policy, Scope, String)] = [
        (.none, .container, "None"), (.none, .pod, "None"),
        (.bestEffort, .container, "BestEffortContainerLevel"), (.bestEffort, .pod, "BestEffortPodLevel"),
        (.restricted, .container, "RestrictedContainerLevel"), (.restricted, .pod, "RestrictedPodLevel"),
        (.singleNUMANode, .container, "SingleNUMANodeContainerLevel"),
        (.singleNUMANode, .pod, "SingleNUMANodePodLevel"),
    ]

    @Test("each policy under each scope", arguments: words)
    func policies(_ policy: Policy, _ scope: Scope, _ word: String) {
        var facts = facts(MachineBuilder(nodes: 1, cores: 1).machine, [])
        facts.policy = policy
        facts.scope = scope
        let object = NodeResourceTopology(facts)
        #expect(object.topologyPolicies == [word])
        #expect(
            object.attributes == [
                .init("topologyManagerPolicy", policy.rawValue), .init("topologyManagerScope", scope.rawValue),
            ])
    }

    @Test("what no pod holds is what was there less what they hold; CPUs that are off-line are not there")
    func amounts() {
        var machine = MachineBuilder(nodes: 2, cores: 4, memory: 16 << 30).machine
        machine.cpus[7].isOnline = false
        let unheld = [
            stock(.cpu, .nodes([0]), 3000, of: 4000), stock(.cpu, .nodes([1]), 3000, of: 3000),
            stock(.memory, .nodes([0]), 14 << 30, of: 15 << 30),
        ]
        let now = [
            stock(.cpu, .nodes([0]), 1000, of: 4000), stock(.cpu, .nodes([1]), 3000, of: 3000),
            stock(.memory, .nodes([0]), 2 << 30, of: 15 << 30),
        ]
        #expect(
            lines(NodeResourceTopology(facts(machine, now, unheld: unheld))) == [
                "node-0 cpu 1/3/4 memory 2147483648/15032385536/17179869184", "node-1 cpu 3/3/3",
            ])
    }

    @Test("a device of several nodes counts on each, one of no known node on none, and nothing of none is not listed")
    func devices() {
        let stock = [
            stock("a.org/gpu", .nodes([0]), 1, of: 2), stock("a.org/gpu", .nodes([0, 1]), 3, of: 3),
            stock("a.org/nic", .unknown, 4, of: 4), stock("a.org/tpu", .any, 4, of: 4),
            stock("a.org/none", .nodes([1]), 0, of: 0),
        ]
        let object = NodeResourceTopology(facts(MachineBuilder(nodes: 2, cores: 1).machine, stock))
        #expect(lines(object) == ["node-0 a.org/gpu 4/4/5", "node-1 a.org/gpu 3/3/3"])
    }

    @Test("a device that came between the two looks at the books is not available before it is allocatable")
    func between() {
        let stock = [stock("a.org/gpu", .nodes([0]), 2, of: 2)]
        let object = NodeResourceTopology(
            facts(
                MachineBuilder(nodes: 1, cores: 1).machine, stock,
                unheld: [self.stock("a.org/gpu", .nodes([0]), 1, of: 1)]))
        #expect(lines(object) == ["node-0 a.org/gpu 1/1/2"])
    }

    @Test(
        "costs are the distances by the numbers of nodes; a node alone is 10 from itself; where nobody says there are none"
    )
    func costs() {
        var builder = MachineBuilder()
        builder.add(node: 0, cores: 1)
        builder.add(node: 3, cores: 1)
        var machine = builder.machine
        machine.distances = nil
        #expect(NodeResourceTopology(facts(machine, [])).zones.map(\.costs) == [[], []])
        machine.distances = Distances(nodes: [0, 3], rows: [[10, 21], [31, 10]])
        #expect(
            NodeResourceTopology(facts(machine, [])).zones.map(\.costs) == [
                [.init("node-0", 10), .init("node-3", 21)], [.init("node-0", 31), .init("node-3", 10)],
            ])
        var single = MachineBuilder(nodes: 1, cores: 1).machine
        single.distances = nil
        #expect(NodeResourceTopology(facts(single, [])).zones.map(\.costs) == [[.init("node-0", 10)]])
    }

    @Test("the fingerprint is of all pods, or of those with exclusive resources")
    func fingerprint() {
        func pod(_ name: String, _ requests: ResourceAmounts) -> PodSpec {
            PodSpec(uid: name, name: name, containers: [ContainerSpec(name: "a", requests: requests, limits: requests)])
        }
        let stock = [stock("a.org/gpu", .nodes([0]), 1, of: 1), stock("a.org/nic", .unknown, 1, of: 1)]
        var facts = facts(MachineBuilder(nodes: 1, cores: 1).machine, stock)
        facts.pods = [
            pod("cpus", [.cpu: 1000, .memory: 1 << 20]), pod("gpu", ["a.org/gpu": 1]), pod("nic", ["a.org/nic": 1]),
        ]
        func value(_ method: PodsFingerprint.Method) -> String? {
            facts.fingerprint = method
            let attributes = NodeResourceTopology(facts).attributes
            #expect(
                attributes.map(\.name).suffix(2) == [
                    "nodeTopologyPodsFingerprint", "nodeTopologyPodsFingerprintMethod",
                ])
            #expect(attributes.last?.value == method.rawValue)
            return attributes.count == 4 ? attributes[2].value : nil
        }
        func text(_ names: String...) -> String {
            var fingerprint = PodsFingerprint()
            for name in names { fingerprint.add(namespace: "default", name: name) }
            return fingerprint.text
        }
        #expect(value(.all) == text("nic", "gpu", "cpus"))
        #expect(value(.withExclusiveResources) == text("cpus", "gpu"))
    }
}
