// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import ProviderHost
import ProviderIsolation
import TestSupport
import Testing

/// A provider in a process of its own.
@Suite("Isolated providers")
struct IsolatedProviderTests {
    static let request = ResourceRequest(
        pod: ChaosProvider.pod("u", things: 1), container: 0, candidateNodes: [0, 1])
    static let placement = Placement(affinity: TopologyHint(nodes: [0], isPreferred: true))

    private func provider(_ settings: String = "{}", deadline: Duration = .seconds(5), log: ChaosProvider.Log = .init())
        throws -> ProviderInstance
    {
        let registry = try ChaosProvider.registry(
            [try ChaosProvider.library.get().url.path], settings: ["org.example.chaos": settings], deadline: deadline,
            log: log)
        #expect(registry.refused == [])
        return try #require(registry.providers.first)
    }

    @Test("a provider that keeps the contract is asked and gives as in-process")
    func sound() throws {
        let provider = try provider()
        #expect(provider.isolation?.process != nil)
        let hints = [0, 1].map { TopologyHint(nodes: [$0], isPreferred: true) }
        #expect(try provider.hints(for: Self.request) == [ResourceAnswer(ChaosProvider.thing, .hints(hints))])
        let given = try provider.prepare(TransactionID(rawValue: 1), Self.request, Self.placement)
        #expect(given == [Assignment(ChaosProvider.thing, .device(id: "t0", nodes: [0]))])
        try provider.commit(TransactionID(rawValue: 1))
        #expect(try provider.devices().filter { !$0.isFree }.map(\.id) == ["t0"])
        #expect(try provider.stock() == [Stock(ChaosProvider.thing, locality: .any, free: 7, total: 8)])
        #expect(try provider.sharedCPUs() == [0])
        #expect(try provider.memoryStates().map(\.node) == [0, 1])
    }

    @Test("what ended the process is said, and another one knows what is held")
    func fault() throws {
        let folder = try PrivateFolder()
        let once = folder.url.appendingPathComponent("once").path
        let log = ChaosProvider.Log()
        let provider = try provider("{\"call\":\"stock\",\"fault\":\"segv\",\"once\":\"\(once)\"}", log: log)
        _ = try provider.prepare(TransactionID(rawValue: 1), Self.request, Self.placement)
        try provider.commit(TransactionID(rawValue: 1))
        let first = provider.isolation?.process
        let failure = #expect(throws: ProviderFailure.self) { try provider.stock() }
        #expect(failure?.description == "org.example.chaos: killed by SIGSEGV in stock; started again (1 of 3)")
        #expect(
            log.all == [
                "org.example.chaos: killed by SIGSEGV in stock; started again (1 of 3); it said last: trouble in stock"
            ])
        #expect(provider.isolation?.process != first)
        #expect(try provider.stock() == [Stock(ChaosProvider.thing, locality: .any, free: 7, total: 8)])
    }
}
