// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore
import Presentation
import Testing

@Suite("Figures of nodes")
struct NodeFigureTests {
    private static let machine = Machine(
        nodes: (0..<2).map { id in
            Machine.Node(id: id, cpus: CPUSet(id * 4..<id * 4 + 4), localCPUs: [], memoryBytes: 8 << 30)
        }, cpus: (0..<8).map { Machine.CPU(id: $0, node: $0 / 4, socket: 0, die: 0, cache: 0, core: $0) })

    private static func figures(_ pieces: [[Assignment]], _ books: ProviderBooks) -> [NodeFigure]? {
        let containers = pieces.indices.map { ContainerSpec(name: "c\($0)", requests: [:]) }
        let pod = LedgerPod(
            sequence: 1, state: .committed,
            admission: LedgerAdmission(
                pod: PodSpec(uid: "u", namespace: "d", name: "p", containers: containers), pieces: pieces,
                time: "2026-01-01T00:00:00Z"))
        return StatusReport([pod], on: machine, books: books).figures
    }

    private static func stock(_ resource: ResourceName, _ node: Int, _ free: UInt64, _ total: UInt64) -> Stock {
        Stock(resource, locality: .nodes([node]), free: free, total: total)
    }

    @Test("CPUs that containers have one after another count once")
    func sharedCPUs() {
        let pieces = [[Assignment(.cpu, .cpus([0, 1, 4]))], [Assignment(.cpu, .cpus([1, 2]))]]
        let books = ProviderBooks(stock: [Self.stock(.cpu, 0, 1000, 4000), Self.stock(.cpu, 1, 3000, 4000)])
        #expect(
            Self.figures(pieces, books) == [
                NodeFigure(node: "0", resource: "cpu", capacity: 4, free: 1, held: 3),
                NodeFigure(node: "1", resource: "cpu", capacity: 4, free: 3, held: 1),
            ])
    }

    @Test("memory that is not settled is at all of its nodes together, once")
    func unsettledMemory() {
        let pieces = [
            [Assignment(.memory, .memory(nodes: [0, 1], bytes: 300, shares: []))],
            [
                Assignment(
                    .memory,
                    .memory(nodes: [0, 1], bytes: 70, shares: [.init(node: 0, bytes: 50), .init(node: 1, bytes: 20)]))
            ],
            [Assignment(.memory, .memory(nodes: [1], bytes: 9, shares: []))],
        ]
        let books = ProviderBooks(stock: [Self.stock(.memory, 0, 5, 1000)])
        #expect(
            Self.figures(pieces, books) == [
                NodeFigure(node: "0", resource: "memory", capacity: 1000, free: 5, held: 50),
                NodeFigure(node: "1", resource: "memory", capacity: nil, free: nil, held: 29),
                NodeFigure(node: "0,1", resource: "memory", capacity: nil, free: nil, held: 300),
            ])
    }

    @Test("devices count by piece, also on no single node; without a machine there are no figures")
    func devices() {
        let pieces = [
            [
                Assignment("x/gpu", .device(id: "a", nodes: [0])), Assignment("x/gpu", .device(id: "b", nodes: [0])),
                Assignment("x/nic", .device(id: "n", nodes: [])),
            ]
        ]
        let books = ProviderBooks(
            stock: [Self.stock("x/gpu", 0, 1, 3), Stock("x/nic", locality: .unknown, free: 0, total: 1)])
        #expect(
            Self.figures(pieces, books) == [
                NodeFigure(node: "0", resource: "x/gpu", capacity: 3, free: 1, held: 2),
                NodeFigure(node: "none", resource: "x/nic", capacity: 1, free: 0, held: 1),
            ])
        #expect(StatusReport([]).figures == nil)
    }
}
