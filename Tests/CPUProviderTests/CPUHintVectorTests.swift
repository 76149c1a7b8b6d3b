// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit
import TestSupport
import Testing

@testable import CPUProvider

@Suite("CPUHintVector")
struct CPUHintVectorTests {
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

    @Test("hints of the kubelet's CPU manager")
    func hints() throws {
        let topologies = try VectorTopology.all().mapValues(\.topology)
        let cases = try vectorLines("cpu-hints.jsonl", as: Case.self)
        for test in cases {
            let options: [CPUSettings.Option] = test.options.alignBySocket == true ? [.alignBySocket] : []
            let topology = try #require(topologies[test.topology])
            var provider = CPUProvider(topology, CPUSettings(options: options))
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
