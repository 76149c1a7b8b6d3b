// SPDX-License-Identifier: Apache-2.0

import NUMACore

import TestSupport
import Testing

@testable import ProviderKit

@Suite("DevicePoolVector")
struct DevicePoolVectorTests {
    struct Case: Decodable {
        struct Device: Decodable {
            var id: String
            var numa: [Int]?
        }
        struct Expectation: Decodable {
            var hints: [VectorHint]?
            var devices: [String]?
            var error: String?
        }
        var id: String
        var call: String
        var numaNodes: [Int]?
        var devices: [Device]
        var inUse: [String]
        var available: [String]
        var reusable: [String]
        var request: UInt64
        var affinity: VectorHint?
        var expect: Expectation
    }

    private let resource: ResourceName = "vendor.com/device"

    private func held(_ ids: [String]) -> [Assignment] {
        ids.map { Assignment(resource, .device(id: $0, nodes: [])) }
    }

    /// The pool before the call, and the request.
    private func pool(_ test: Case) throws -> (DevicePool, ResourceRequest) {
        var pool = DevicePool(
            test.devices.map { device in
                PooledDevice(
                    id: device.id, resource: resource,
                    locality: device.numa.map { .nodes(NUMANodeMask($0)) } ?? .unknown,
                    isHealthy: test.available.contains(device.id))
            }, imitatesKubelet: true)
        let busy = test.inUse.filter { !test.available.contains($0) && !test.reusable.contains($0) }
        try pool.restore(.container([resource: 1], pod: "other", held: held(busy)))
        let containers = [
            ContainerSpec(name: "i", kind: .initialization, requests: [resource: 1]),
            ContainerSpec(name: "a", requests: [resource: test.request]),
        ]
        let nodes = NUMANodeMask(test.numaNodes ?? [0])
        var before = ResourceRequest.pod(containers, at: 0, nodes: nodes)
        before.held[0] = held(test.reusable)
        try pool.restore(before)
        pool.remembered = ("pod", pool.devices.indices.filter { test.reusable.contains(pool.devices[$0].id) })
        return (pool, .pod(containers, at: 1, nodes: nodes))
    }

    @Test("hints of the kubelet's device manager")
    func hints() throws {
        let cases = try vectorLines("device.jsonl", as: Case.self).filter { $0.call == "hints" }
        for test in cases {
            let (pool, request) = try pool(test)
            let answer = pool.answer(for: resource, request)
            #expect((answer.hints ?? []) == test.expect.hints?.map(\.hint), "\(test.id)")
        }
        print("device.jsonl: \(cases.count) cases of hints")
    }

    @Test("choices of the kubelet's device manager")
    func choices() throws {
        let cases = try vectorLines("device.jsonl", as: Case.self).filter { $0.call == "allocate" }
        for test in cases {
            var (pool, request) = try pool(test)
            let placement = Placement(
                affinity: test.affinity?.hint ?? TopologyHint(nodes: nil, isPreferred: false))
            let pieces = try? pool.prepare(request, placement)
            let ids = pieces?.compactMap { if case .device(let id, _) = $0.piece { id } else { nil } }
            #expect(ids == test.expect.devices, "\(test.id)")
        }
        print("device.jsonl: \(cases.count) cases of allocate")
    }
}
