// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit
import TestSupport
import Testing

@testable import CPUProvider

/// One container's exclusive CPUs, as the kubelet's static policy allocates them.
@Suite("CPUAllocationVector")
struct CPUAllocationVectorTests {
    struct Case: Decodable {
        struct Expectation: Decodable {
            var cpus: String?
            var defaultCpuSet: String?
            var error: String?
        }
        var id: String
        var topology: String
        var options: [String: Bool]
        var reserved: String
        var defaultCpuSet: String
        var reusable: String
        var affinity: [Int]?
        var request: UInt64
        var expect: Expectation
    }

    @Test("Vector: cpu-allocate", arguments: [false, true])
    func allocate(imitatesKubelet: Bool) throws {
        let topologies = try VectorTopology.all().mapValues(\.topology)
        var counted: [String: Int] = [:]
        for test in try vectorLines("cpu-allocate.jsonl", as: Case.self) {
            let reserved = try #require(CPUSet(list: test.reserved))
            let shared = try #require(CPUSet(list: test.defaultCpuSet))
            let reusable = try #require(CPUSet(list: test.reusable))
            let options = CPUSettings.Option.allCases.filter { test.options[$0.rawValue] == true }
            let topology = try #require(topologies[test.topology])
            var provider = CPUProvider(
                topology, CPUSettings(options: options, reserved: reserved, imitatesKubelet: imitatesKubelet))
            provider.books = CPUBooks(usable: shared.union(reserved).union(reusable), reserved: reserved)
            if !reusable.isEmpty {
                provider.books.give(reusable, to: PodHolder(podUID: "pod", container: "i", kind: .initialization))
            }
            // A case of the kubelet's suite is of a pod that is not Guaranteed: it expects nothing to be given.
            let qos: QOSClass = test.expect.cpus == "" && test.request > 0 ? .burstable : .guaranteed
            let request = ResourceRequest.container([.cpu: test.request * 1000], qos: qos, nodes: [0])
            let affinity = TopologyHint(nodes: test.affinity.map { NUMANodeMask($0) }, isPreferred: false)
            do {
                let pieces = try provider.prepare(request, Placement(affinity: affinity))
                let given = pieces.reduce(CPUSet()) { sum, piece in
                    if case .cpus(let cpus) = piece.piece { sum.union(cpus) } else { sum }
                }
                #expect(provider.books.shared.subtracting(reserved) == shared.subtracting(given).subtracting(reserved))
                if !imitatesKubelet, let cpus = test.expect.cpus.flatMap({ CPUSet(list: $0) }),
                    !cpus.isSubset(of: shared.subtracting(reserved).union(reusable))
                {
                    // Sockets of unequal size: the kubelet gives CPUs that others hold; we do only to imitate it.
                    #expect(given.count == Int(test.request), "\(test.id)")
                    #expect(given.isSubset(of: shared.subtracting(reserved).union(reusable)), "\(test.id)")
                    counted["where the kubelet gives CPUs of others", default: 0] += 1
                    continue
                }
                // The kubelet overwrites its best set of four or more nodes while it searches on.
                let mayBeArtefact =
                    !imitatesKubelet && options.contains(.distributeAcrossNUMA) && topology.counts.nodes >= 4
                if mayBeArtefact, given.list != test.expect.cpus {
                    #expect(given.count == Int(test.request), "\(test.id)")
                    counted["where the kubelet's answer is an artefact", default: 0] += 1
                    continue
                }
                #expect(given.list == test.expect.cpus, "\(test.id)")
                #expect(shared.subtracting(given).list == test.expect.defaultCpuSet, "\(test.id)")
                counted["equal", default: 0] += 1
            } catch let error as ProviderError {
                #expect(error.reason.code == test.expect.error, "\(test.id) \(error)")
                counted["refused", default: 0] += 1
            }
        }
        #expect(counted["equal", default: 0] > 0)
        print(
            "cpu-allocate.jsonl\(imitatesKubelet ? ", compat kubelet" : ""): \(counted.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })"
        )
    }
}
