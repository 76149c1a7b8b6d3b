// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import KubernetesFormats

/// How the object of a node is written.
@Suite("NodeResourceTopology")
struct NodeResourceTopologyTests {
    private func json(_ object: NodeResourceTopology) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(object), as: UTF8.self)
    }

    /// What a reader of YAML makes of what is printed, as JSON.
    private func reread(_ object: NodeResourceTopology) throws -> String {
        let text = try YAMLText.of(object)
        return try YAMLDocuments.parseOne(SourceText(bytes: Array(text.utf8), file: "printed"), what: "object").json()
    }

    @Test("amounts are text, costs are numbers, and what is empty is left out")
    func form() throws {
        let object = NodeResourceTopology(
            name: "worker-1", topologyPolicies: ["None"], attributes: [.init("topologyManagerPolicy", "none")],
            zones: [
                .init(
                    node: 0, costs: [.init("node-0", 10)],
                    resources: [.init("cpu", capacity: 8, allocatable: 6, available: .max)]),
                .init(node: 3, costs: [], resources: []),
            ])
        let expected = """
            {"apiVersion":"topology.node.k8s.io/v1alpha2",\
            "attributes":[{"name":"topologyManagerPolicy","value":"none"}],\
            "kind":"NodeResourceTopology","metadata":{"name":"worker-1"},"topologyPolicies":["None"],\
            "zones":[{"costs":[{"name":"node-0","value":10}],"name":"node-0",\
            "resources":[{"allocatable":"6","available":"18446744073709551615","capacity":"8","name":"cpu"}],\
            "type":"Node"},{"name":"node-3","type":"Node"}]}
            """
        #expect(try json(object) == expected)
        #expect(try reread(object) == expected)
    }

    @Test("Law: the YAML, read again, is the JSON; equal objects are written by equal bytes")
    func yaml() throws {
        for number in 0..<TestEnvironment.cases(200) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            let object = Self.object(&random)
            #expect(try reread(object) == json(object), "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
            var again = SeededGenerator(seed: seed)
            #expect(try YAMLText.of(Self.object(&again)) == YAMLText.of(object))
        }
    }

    /// Names that a careless writer of YAML would turn into something else are among these.
    private static func object(_ random: inout SeededGenerator) -> NodeResourceTopology {
        let words = [
            "worker-1", "12", "0x1f", "1e3", "true", "null", "no", "1.5", "0o17", "10.0.0.1", "a.b", "y", "2001-01-01",
        ]
        let names = ["cpu", "memory", "hugepages-2Mi", "example.org/gpu", "nvidia.com/mig-1g.5gb"]
        func amount() -> UInt64 {
            UInt64.random(in: 0...(.max), using: &random) >> UInt64.random(in: 0...63, using: &random)
        }
        let nodes = 0..<Int.random(in: 1...5, using: &random)
        let zones = nodes.map { node in
            NodeResourceTopology.Zone(
                node: node, costs: nodes.map { .init("node-\($0)", Int64.random(in: 10...255, using: &random)) },
                resources: names.filter { _ in Bool.random(using: &random) }.map {
                    .init($0, capacity: amount(), allocatable: amount(), available: amount())
                })
        }
        func word() -> String { words.randomElement(using: &random) ?? "" }
        return NodeResourceTopology(
            name: word(), topologyPolicies: [word()], attributes: [.init(word(), word()), .init(word(), word())],
            zones: zones)
    }

    @Test("names of nodes")
    func names() {
        for name in ["worker-1", "10.0.0.1", "ip-10-0-0-1.ec2.internal", "a"] {
            #expect(NodeResourceTopology.isName(name), "\(name)")
        }
        let long = String(repeating: "a", count: 254)
        for name in ["", "Worker", "a_b", "a b", "-a", "a.", "..", "a\nb", "ä", long] {
            #expect(!NodeResourceTopology.isName(name), "\(name)")
        }
    }
}
