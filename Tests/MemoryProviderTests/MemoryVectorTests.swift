// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit
import TestSupport
import Testing

@testable import MemoryBooks

@Suite("MemoryVector")
struct MemoryVectorTests {
    struct Case: Decodable {
        struct Block: Decodable, Hashable {
            var nodes: [Int]
            var type: String
            var size: UInt64
        }
        struct Expectation: Decodable {
            var hints: [String: [VectorHint]]?
            var blocks: [Block]?
            var nodesAfter: [VectorNode]?
            var error: String?
        }
        var id: String
        var call: String
        var nodes: [VectorNode]
        var request: [String: UInt64]
        var reusable: [VectorLeftover]
        var affinity: VectorHint?
        var expect: Expectation

        /// A case does not say its pod's class: where it is given nothing and nothing is wrong, the pod is none
        /// whose memory is counted.
        var isCounted: Bool { call == "hints" || expect.error != nil || expect.blocks != [] }
    }

    /// Memory's and huge pages' keeper, each with the books before the call.
    private func keepers(_ test: Case) -> [MemoryKeeper] {
        ["memory", "hugepages-*"].map { claim in
            MemoryKeeper(
                ResourceClaim(claim), settings: MemorySettings(imitatesKubelet: true),
                books: .vector(test.nodes, leaving: test.reusable, to: "pod"))
        }
    }

    private func request(_ test: Case) -> ResourceRequest {
        let requests = ResourceAmounts(test.request.map { ResourceAmount(ResourceName($0), $1) })
        return .container(
            requests, qos: test.isCounted ? .guaranteed : .burstable, nodes: NUMANodeMask(test.nodes.map(\.id)))
    }

    @Test("hints of the kubelet's memory manager, joint over the two libraries")
    func hints() throws {
        let cases = try vectorLines("memory.jsonl", as: Case.self).filter { $0.call == "hints" }
        for test in cases {
            let answers = keepers(test).flatMap { $0.hints(for: request(test)) }
            let capacities = answers.compactMap(\.capacity)
            let joint = hintsByDefinition(of: capacities)
            let all = answers.map { answer in
                guard answer.capacity != nil else { return answer }
                return ResourceAnswer(answer.resource, joint.isEmpty ? .any : .hints(joint))
            }
            let expected = test.request.keys.sorted().map { type -> ResourceAnswer in
                guard let hints = test.expect.hints?[type] else { return ResourceAnswer(ResourceName(type), .any) }
                return ResourceAnswer(ResourceName(type), .hints(hints.map(\.hint)))
            }
            #expect(all.sorted { $0.resource < $1.resource } == expected, "\(test.id)")
        }
        print("memory.jsonl: \(cases.count) cases of hints")
    }

    @Test("allocations of the kubelet's memory manager, the same books in the two libraries")
    func allocations() throws {
        let cases = try vectorLines("memory.jsonl", as: Case.self).filter { $0.call == "allocate" }
        for test in cases {
            let affinity = test.affinity?.hint ?? TopologyHint(nodes: nil, isPreferred: false)
            var blocks: [Case.Block] = []
            for var keeper in keepers(test) {
                do {
                    for piece in try keeper.prepare(request(test), Placement(affinity: affinity)) {
                        guard case .memory(let nodes, let bytes, _) = piece.piece else { continue }
                        blocks.append(.init(nodes: nodes.members, type: "\(piece.resource)", size: bytes))
                    }
                    #expect(keeper.books.vectorNodes == test.expect.nodesAfter, "\(test.id)")
                } catch {
                    #expect(error.reason.code == test.expect.error, "\(test.id): \(error)")
                }
            }
            #expect(blocks.sorted { $0.type < $1.type } == test.expect.blocks ?? [], "\(test.id)")
        }
        let others = cases.count { !$0.isCounted }
        print("memory.jsonl: \(cases.count) cases of allocate, \(others) of them for pods that are not Guaranteed")
    }
}
