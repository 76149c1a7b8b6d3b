// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit
import TestSupport
import Testing

@testable import MemoryBooks

@Suite("MemoryHintVector", .enabled(if: TestEnvironment.vectors != nil))
struct MemoryHintVectorTests {
    struct Case: Decodable {
        struct Table: Decodable {
            var allocatable: UInt64
            var free: UInt64
        }
        struct Node: Decodable {
            var id: Int
            var numberOfAssignments: Int
            var cells: [Int]
            var memory: [String: Table]
        }
        struct Reusable: Decodable {
            var nodes: [Int]
            var bytes: [String: UInt64]
        }
        struct Expectation: Decodable { var hints: [String: [VectorHint]]? }
        var id: String
        var call: String
        var nodes: [Node]
        var request: [String: UInt64]
        var reusable: [Reusable]
        var expect: Expectation
    }

    /// Blocks that leave each node as the case has it. A share on node -1 is nowhere: it makes a block
    /// large without taking anything.
    private func books(_ test: Case) -> MemoryBooks {
        func amounts(_ value: [String: UInt64]) -> ResourceAmounts {
            ResourceAmounts(value.map { ResourceAmount(ResourceName($0), $1) })
        }
        var books = MemoryBooks(
            nodes: test.nodes.map { node in
                MemoryBooks.Node(id: node.id, allocatable: amounts(node.memory.mapValues(\.allocatable)))
            })
        let other = PodHolder(podUID: "other", container: "app", kind: .app)
        for node in test.nodes where node.numberOfAssignments > 0 {
            for (type, table) in node.memory {
                let share = Assignment.Share(node: node.id, bytes: table.allocatable - table.free)
                books.blocks.append(
                    MemoryBooks.Block(
                        holder: other, resource: ResourceName(type), nodes: NUMANodeMask(node.cells),
                        shares: [share]))
            }
        }
        let before = PodHolder(podUID: "pod", container: "i", kind: .initialization)
        for left in test.reusable {
            for amount in amounts(left.bytes) {
                books.blocks.append(
                    MemoryBooks.Block(
                        holder: before, resource: amount.resource, nodes: NUMANodeMask(left.nodes),
                        shares: [.init(node: -1, bytes: amount.quantity)]))
            }
        }
        return books
    }

    @Test("hints of the kubelet's memory manager, joint over the two libraries")
    func hints() throws {
        let cases = try vectorLines("memory.jsonl", as: Case.self).filter { $0.call == "hints" }
        for test in cases {
            let books = books(test)
            let settings = MemorySettings(imitatesKubelet: true)
            let requests = ResourceAmounts(test.request.map { ResourceAmount(ResourceName($0), $1) })
            let request = ResourceRequest.container(requests, nodes: books.nodeMask)
            let answers = ["memory", "hugepages-*"].flatMap { claim in
                MemoryKeeper(ResourceClaim(claim), settings: settings, books: books).hints(for: request)
            }
            let hints =
                answers.contains { $0.placement == .any }
                ? [] : hintsByDefinition(of: answers.compactMap(\.capacity))
            let expected = test.expect.hints ?? [:]
            #expect(
                hints == (expected.values.first?.map(\.hint) ?? []) && answers.count == requests.count,
                "\(test.id)")
        }
        print("memory.jsonl: \(cases.count) cases of hints")
    }
}
