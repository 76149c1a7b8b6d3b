// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import FoundationEssentials
import KubernetesFormats
import Ledger
import NUMACore
import ProviderHost
import TestSupport
import Testing

@testable import NUMAHints

/// What schedulers are told of machines made up at random, as pods come and go.
@Suite("Laws of exported resource topologies")
struct ResourceTopologyLawTests {
    private typealias Object = NodeResourceTopology

    private func object(_ generated: GeneratedNode, _ ledger: SQLiteLedger) throws -> Object {
        var node = try generated.node()
        let held = try ledger.holdings()
        let (object, losses) = try node.resourceTopology(named: "n", of: held, fingerprint: .all)
        #expect(losses.isEmpty)
        return object
    }

    private func bytes(_ object: Object) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try encoder.encode(object)
    }

    /// Of a resource, node by node.
    private func amounts(_ object: Object, _ resource: String, _ amount: KeyPath<Object.Resource, UInt64>) -> [UInt64] {
        object.zones.map { zone in zone.resources.first { $0.name == resource }?[keyPath: amount] ?? 0 }
    }

    @Test("Law: zones add up to the machine, and what is available is what is allocatable without what pods hold")
    func zones() throws {
        var admitted = 0
        for number in 0..<max(1, TestEnvironment.cases(1000) / 60) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            let note: Comment = "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1"
            var random = SeededGenerator(seed: seed)
            let generated = GeneratedNode(&random, imitatesKubelet: false)
            let ledger = try SQLiteLedger(path: LedgerPlace.memory)
            var allocator = try NodeAllocator(
                try generated.node(), ledger: ledger, describe: { _ in "{}" }, now: { "now" })
            let before = try object(generated, ledger)
            checkMachine(before, generated, note)
            for step in 0..<8 {
                if let left = try ledger.pods().randomElement(using: &random), step % 3 == 2 {
                    _ = try allocator.release(Holder(podUID: left.uid))
                } else {
                    var pod = generated.pod("pod-\(step)", &random)
                    // What init containers leave to others is not held twice.
                    pod.containers.removeAll { $0.kind == .initialization }
                    if Bool.random(using: &random) { Self.widen(&pod, &random) }
                    guard case .decided(let decision) = try allocator.admit(pod) else { continue }
                    admitted += decision.trace.verdict.isAdmitted ? 1 : 0
                }
                let pods = try ledger.pods()
                let object = try object(generated, ledger)
                checkHeld(object, pods, generated.machine, note)
                try checkBooks(object, allocator, generated.machine, note)
                #expect((object.attributes[2] == before.attributes[2]) == pods.isEmpty, note)
                // The machine is the same, whoever holds what.
                for (zone, empty) in zip(object.zones, before.zones) {
                    #expect(zone.costs == empty.costs, note)
                    #expect(zone.resources.map(\.capacity) == empty.resources.map(\.capacity), note)
                    #expect(zone.resources.map(\.allocatable) == empty.resources.map(\.allocatable), note)
                }
            }
            for pod in try ledger.pods().shuffled(using: &random) {
                _ = try allocator.release(Holder(podUID: pod.uid))
            }
            #expect(try bytes(object(generated, ledger)) == bytes(before), note)
        }
        print("resource topologies: \(admitted) pods admitted")
        #expect(admitted > 0)
    }

    /// Memory that no node has alone.
    private static func widen(_ pod: inout PodSpec, _ random: inout SeededGenerator) {
        let requests: ResourceAmounts = [.cpu: 1000, .memory: UInt64.random(in: 15...22, using: &random) << 29]
        pod.containers = [ContainerSpec(name: "wide", requests: requests, limits: requests)]
        pod.qos = .guaranteed
    }

    private func checkMachine(_ object: Object, _ generated: GeneratedNode, _ note: Comment) {
        let machine = generated.machine
        #expect(object.zones.map(\.name) == machine.nodes.map { "node-\($0.id)" }, note)
        #expect(amounts(object, "cpu", \.capacity).reduce(0, +) == UInt64(machine.cpus.count), note)
        #expect(amounts(object, "memory", \.capacity) == machine.nodes.map(\.memoryBytes), note)
        let pages = machine.nodes.map { $0.hugepages.reduce(0) { $0 + $1.totalBytes } }
        #expect(amounts(object, "hugepages-2Mi", \.capacity) == pages, note)
        for zone in object.zones {
            #expect(zone.resources.map(\.name) == zone.resources.map(\.name).sorted(), note)
            for resource in zone.resources {
                #expect(resource.capacity > 0 && resource.allocatable <= resource.capacity, note)
                #expect(resource.available == resource.allocatable, note)
            }
        }
    }

    /// What is available is what those who were there all the time have free.
    private func checkBooks(
        _ object: Object, _ allocator: NodeAllocator, _ machine: Machine, _ note: Comment
    ) throws {
        for provider in allocator.providers {
            for stock in try provider.stock() {
                guard case .nodes(let nodes) = stock.locality, let node = nodes.first else { continue }
                let free = stock.resource == .cpu ? stock.free / 1000 : stock.free
                let place = try #require(machine.nodes.firstIndex { $0.id == node })
                #expect(amounts(object, stock.resource.rawValue, \.available)[place] == free, note)
            }
        }
    }

    private func checkHeld(_ object: Object, _ pods: [LedgerPod], _ machine: Machine, _ note: Comment) {
        let pieces = pods.flatMap { $0.admission.pieces.joined() }
        func drop(_ resource: String) -> [UInt64] {
            let (most, left) = (amounts(object, resource, \.allocatable), amounts(object, resource, \.available))
            #expect(zip(most, left).allSatisfy { $0 >= $1 }, note)
            return zip(most, left).map { $0 - min($0, $1) }
        }
        let cpus = pieces.reduce(CPUSet()) { all, piece in
            guard case .cpus(let cpus) = piece.piece else { return all }
            return all.union(cpus)
        }
        #expect(drop("cpu") == machine.nodes.map { UInt64($0.cpus.intersection(cpus).count) }, note)
        for resource in ["example.org/gpu", "example.org/nic"] {
            let held = machine.nodes.map { node in
                pieces.count { piece in
                    guard case .device(_, let nodes) = piece.piece else { return false }
                    return piece.resource.rawValue == resource && nodes.contains(node.id)
                }
            }
            #expect(drop(resource) == held.map { UInt64($0) }, note)
        }
        for resource in ["memory", "hugepages-2Mi"] {
            var (held, isSettled) = ([Int: UInt64](), true)
            for piece in pieces where piece.resource.rawValue == resource {
                guard case .memory(let nodes, let bytes, let shares) = piece.piece else { continue }
                // Of those on several nodes the books say where; the sum is known.
                isSettled = isSettled && shares.reduce(0) { $0 + $1.bytes } == bytes
                for share in shares.isEmpty ? [.init(node: nodes.first ?? 0, bytes: bytes)] : shares {
                    held[share.node, default: 0] += share.bytes
                }
            }
            let drops = drop(resource)
            #expect(drops.reduce(0, +) == held.values.reduce(0, +), note)
            if isSettled { #expect(drops == machine.nodes.map { held[$0.id] ?? 0 }, note) }
        }
    }
}
