// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import KubernetesFormats
import Logging
import NUMACore
import NUMAHints
import ProviderHost
import TestSupport
import Testing

/// A node that knows no more than a kubelet's state files decides as the one that wrote them.
@Suite("Laws of a kubelet's state")
struct KubeletStateLawTests {
    @Test("Law: from the state files the next pods are decided about as by the kubelet that goes on")
    func decisions() throws {
        for number in 0..<max(1, TestEnvironment.cases(4000) / 100) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            try check(&random, "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
        }
    }

    private func check(_ random: inout SeededGenerator, _ seed: String) throws {
        // The files do not have devices that are not healthy.
        var generated = GeneratedNode(&random, imitatesKubelet: true)
        generated.makeDevicesHealthy()
        let providers = try generated.registry().providers
        var kubelet = generated.admission(providers)
        var residents: [PodHoldings] = []
        for step in 0..<14 {
            let pod = generated.pod("pod-\(step)", &random)
            let trace = kubelet.admit(pod)
            guard trace.verdict.isAdmitted else { continue }
            var holdings = PodHoldings(admitted: trace)
            if Bool.random(using: &random) { holdings.startAll(by: kubelet) }
            residents.append(holdings)
            if residents.count > 2 {
                let gone = residents.remove(at: Int.random(in: 0..<residents.count, using: &random))
                #expect(kubelet.release(gone.pod).isEmpty)
            }
        }
        let state = try KubeletState(residents, try BooksState(providers)).readAgain()
        #expect(residents.allSatisfy { state.isHolding($0.pod.uid) == !$0.pieces.joined().isEmpty }, "\(seed)")

        var node = try generated.node {
            try $0.apply(state, on: generated.machine, root: nil, folder: "kubelet")
            $0.imitateKubelet()
        }
        #expect(node.refusals.isEmpty, "\(node.refusals), \(seed)")
        #expect(try node.restore(KubeletHoldings(state)) == [], "\(seed)")
        #expect(try BooksState(node.registry.providers) == BooksState(providers), "\(seed)")
        for step in 0..<4 {
            let pod = generated.pod("next-\(step)", &random)
            let expected = kubelet.admit(pod)
            let trace = try #require(node.explain([pod]).first?.trace)
            #expect(trace.verdict == expected.verdict, "\(pod), \(seed)")
            #expect(trace.units.map(\.resourceAnswers) == expected.units.map(\.resourceAnswers), "\(pod), \(seed)")
            #expect(trace.units.map(\.merge?.best) == expected.units.map(\.merge?.best), "\(pod), \(seed)")
            #expect(
                trace.allocations.map { $0.assignments.map(\.piece) }
                    == expected.allocations.map { $0.assignments.map(\.piece) }, "\(pod), \(seed)")
        }
    }
}

extension KubeletState {
    /// The files that a kubelet would write.
    init(_ residents: [PodHoldings], _ books: BooksState) {
        let sorted = residents.sorted { $0.pod.uid < $1.pod.uid }
        func containers<Value>(_ pod: PodHoldings, _ value: ([Assignment]) -> Value?) -> [(name: String, Value)] {
            zip(pod.pod.containers, pod.pieces)
                .compactMap { container, pieces in value(pieces).map { (container.name, $0) } }
                .sorted { $0.name < $1.name }
        }
        self.init(
            cpu: CPUManagerCheckpoint(
                policyName: "static", defaultCPUSet: CPUListText(books.shared ?? []),
                pods: sorted.compactMap { pod in
                    let own = containers(pod) { pieces -> CPUSet? in
                        pieces.compactMap { if case .cpus(let cpus) = $0.piece { cpus } else { nil } }.first
                    }
                    guard !own.isEmpty else { return nil }
                    return .init(
                        uid: pod.pod.uid, containers: own.map { .init(name: $0.name, cpus: CPUListText($0.1)) })
                }),
            memory: MemoryManagerCheckpoint(
                policyName: "Static", nodes: Self.nodes(books.memory),
                pods: sorted.compactMap { pod in
                    let own = containers(pod) { pieces -> [MemoryManagerCheckpoint.Block]? in
                        let blocks = pieces.compactMap { piece -> MemoryManagerCheckpoint.Block? in
                            guard case .memory(let nodes, let bytes, _) = piece.piece else { return nil }
                            return .init(numaAffinity: nodes.members, type: piece.resource, size: bytes)
                        }
                        return blocks.isEmpty ? nil : blocks
                    }
                    guard !own.isEmpty else { return nil }
                    return .init(uid: pod.pod.uid, containers: own.map { .init(name: $0.name, blocks: $0.1) })
                }),
            devices: Self.devices(sorted, books.devices))
    }

    private static func nodes(_ states: [MemoryState]) -> [MemoryManagerCheckpoint.Node] {
        Set(states.map(\.node)).sorted().map { id in
            let own = states.filter { $0.node == id }
            return MemoryManagerCheckpoint.Node(
                id: id, numberOfAssignments: own.first?.assignments ?? 0,
                memory: own.flatMap(\.tables).sorted { $0.resource < $1.resource }.map {
                    .init(
                        type: $0.resource, total: $0.total, systemReserved: $0.systemReserved,
                        allocatable: $0.allocatable, reserved: $0.reserved, free: $0.free)
                }, cells: own.first?.cells.members)
        }
    }

    private static func devices(_ residents: [PodHoldings], _ listed: [ListedDevice]) -> DeviceManagerCheckpoint {
        var entries: [DeviceManagerCheckpoint.Entry] = []
        for resident in residents {
            for (container, pieces) in zip(resident.pod.containers, resident.pieces) {
                var groups: [ResourceName: [Int: [String]]] = [:]
                for piece in pieces {
                    guard case .device(let id, let nodes) = piece.piece else { continue }
                    for node in nodes.isEmpty ? [-1] : nodes.members {
                        groups[piece.resource, default: [:]][node, default: []].append(id)
                    }
                }
                for (resource, ids) in groups.sorted(by: { $0.key < $1.key }) {
                    entries.append(
                        .init(
                            podUID: resident.pod.uid, container: container.name, resource: resource,
                            devices: ids.sorted { $0.key < $1.key }.map { .init(node: $0.key, ids: $0.value) },
                            allocResp: nil))
                }
            }
        }
        let resources = Set(listed.map(\.resource)).sorted()
        return DeviceManagerCheckpoint(
            entries: entries,
            registered: resources.map { one in
                .init(resource: one, ids: listed.filter { $0.resource == one }.map(\.id))
            })
    }

    /// What is read from the bytes that would be written.
    func readAgain() throws -> KubeletState {
        KubeletState(
            cpu: try cpu.map { try CPUManagerCheckpoint(bytes: $0.bytes, file: "cpu") },
            memory: try memory.map { try MemoryManagerCheckpoint(bytes: $0.bytes, file: "memory") },
            devices: try devices.map { try DeviceManagerCheckpoint(bytes: $0.bytes, file: "devices") })
    }
}
