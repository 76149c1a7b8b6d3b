// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit
import TestSupport
import Testing

@testable import CPUProvider

@Suite("CPUHintVector")
struct CPUHintVectorTests {
    struct Topology: Decodable {
        var name: String
        /// CPU, core, socket, node, last-level cache.
        var cpus: [[Int]]
    }

    struct Case: Decodable {
        struct Options: Decodable { var alignBySocket: Bool? }
        struct Expectation: Decodable { var hints: [VectorHint] }
        var id: String
        var topology: String
        var options: Options
        var available: String
        var reusable: String
        var request: UInt64
        var expect: Expectation
    }

    private func machine(_ topology: Topology) -> Machine {
        let cpus = topology.cpus.map { row in
            Machine.CPU(id: row[0], node: row[3], socket: row[2], die: row[2], cache: row[4], core: row[1])
        }
        let nodes = NUMANodeMask(cpus.map(\.node)).map { node in
            let own = CPUSet(cpus.filter { $0.node == node }.map(\.id))
            return Machine.Node(id: node, cpus: own, localCPUs: own, memoryBytes: 0)
        }
        return Machine(nodes: nodes, cpus: cpus.sorted { $0.id < $1.id })
    }

    @Test("hints of the kubelet's CPU manager, without align-by-socket")
    func hints() throws {
        let topologies = try vectorLines("cpu-topologies.jsonl", as: Topology.self)
        var providers: [String: CPUProvider] = [:]
        for topology in topologies {
            providers[topology.name] = try CPUProvider(context: ProviderContext(machine: machine(topology)))
        }
        let cases = try vectorLines("cpu-hints.jsonl", as: Case.self)
            .filter { $0.options.alignBySocket != true }
        for test in cases {
            var provider = try #require(providers[test.topology])
            let available = try #require(CPUSet(list: test.available))
            let reusable = try #require(CPUSet(list: test.reusable))
            let usable = provider.books.usable
            provider.books = CPUBooks(
                usable: usable, reserved: usable.subtracting(available).subtracting(reusable))
            provider.books.give(
                reusable, to: PodHolder(podUID: "pod", container: "i", kind: .initialization))
            let request = ResourceRequest.container(
                [.cpu: test.request * 1000], nodes: NUMANodeMask(provider.nodes.map(\.node)))
            let answer = try provider.hints(for: request).first
            #expect((answer?.hints ?? []) == test.expect.hints.map(\.hint), "\(test.id)")
        }
        print("cpu-hints.jsonl: \(cases.count) cases")
    }
}
