// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import HintMerge
import NUMACore
import ProviderHost
@testable import ProviderIsolation
import ProviderWire
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

    @Test("one that keeps failing is not started any more, and says so")
    func quarantine() throws {
        let log = ChaosProvider.Log()
        let provider = try provider("{\"call\":\"hints\",\"fault\":\"abort\"}", log: log)
        var said: [String] = []
        for _ in 0..<6 {
            let failure = #expect(throws: ProviderFailure.self) { try provider.hints(for: Self.request) }
            said.append(failure?.reason.text ?? "")
        }
        let fault = "killed by SIGABRT in hints"
        #expect(said[0..<3] == ["1", "2", "3"].map { "\(fault); started again (\($0) of 3)" }[...])
        #expect(said[3] == "\(fault); not started again after 3 restarts")
        #expect(said[4] == "out of use: \(said[3]); it said last: trouble in hints")
        #expect(said[5] == said[4])
        #expect(log.all.count == 4)
        #expect(provider.isolation?.isQuarantined == true)
        #expect(provider.isolation?.process == nil)
        // Nothing is held, so that there is nothing that could not be freed.
        try provider.release(TransactionID(rawValue: 1), Holder(podUID: "u", container: nil))
        try provider.commit(TransactionID(rawValue: 1))
    }

    @Test("what comes to its end in between is not in a row")
    func separateFaults() throws {
        var count = RestartCount(waits: IsolationOptions.waits)
        for _ in 0..<10 {
            #expect(count.fail(in: .hints) == .zero)
            count.succeed(in: .stock)
            count.succeed(in: .commit)
            #expect(count.fail(in: .hints) == .milliseconds(100))
            count.succeed(in: .hints)
        }
        #expect(count.total == 20)
        for wait in IsolationOptions.waits { #expect(count.fail(in: .hints) == wait) }
        #expect(count.fail(in: .hints) == nil)
        #expect(count.isQuarantined)
        count.succeed(in: .hints)
        #expect(count.fail(in: .hints) == nil)
    }

    @Test("with on-failure: ignore the admission goes on without its resource, unless it gave something already")
    func ignored() throws {
        func admission(_ call: String, once: String = "") throws -> (PodAdmission, ProviderInstance) {
            let registry = try ChaosProvider.registry(
                [try ChaosProvider.library.get().url.path],
                settings: ["org.example.chaos": "{\"call\":\"\(call)\",\"fault\":\"segv\",\"once\":\"\(once)\"}"],
                onFailure: .ignore)
            let provider = try #require(registry.providers.first)
            return (
                PodAdmission(
                    nodes: [0, 1], distances: nil, providers: [provider],
                    settings: AdmissionSettings(merge: MergeOptions(policy: .restricted))), provider
            )
        }
        var (hints, provider) = try admission("hints")
        let trace = hints.admit(ChaosProvider.pod("a", things: 1))
        #expect(trace.verdict.isAdmitted)
        #expect(provider.isolation?.faults.count == 1)
        (hints, provider) = try admission("prepare")
        let without = hints.admit(ChaosProvider.pod("a", things: 1))
        #expect(without.verdict.isAdmitted)
        #expect(without.allocations.flatMap(\.assignments) == [])
        // The second container's prepare ends the process that has what the first was given.
        let folder = try PrivateFolder()
        (hints, provider) = try admission("stock", once: folder.url.appendingPathComponent("once").path)
        let transaction = TransactionID(rawValue: 1)
        _ = try provider.prepare(transaction, Self.request, Self.placement)
        #expect(try provider.stock() == [])
        let lost = #expect(throws: ProviderFailure.self) { try provider.commit(transaction) }
        #expect(
            lost?.reason.text == "what the transaction had is lost: killed by SIGSEGV in stock")
    }
}
