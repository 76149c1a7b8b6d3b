// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import ProviderHost
import TestSupport
import Testing

/// What the host says of providers that break the contract: one clear line each.
@Suite("Faulty providers")
struct FaultyProviderTests {
    static let library = Result {
        try CompiledLibrary(
            compiling: TestEnvironment.root.appendingPathComponent(
                "Tests/ProviderHostTests/Fixtures/faulty.c"))
    }

    static let machine = Machine(
        nodes: [0, 1].map { Machine.Node(id: $0, cpus: [$0], localCPUs: [$0], memoryBytes: 1 << 30) },
        cpus: [0, 1].map { Machine.CPU(id: $0, node: $0, socket: $0, die: $0, cache: $0, core: $0) })
    static let pod = PodSpec(
        uid: "u", name: "p", containers: [ContainerSpec(name: "c", requests: ["example.org/thing": 1])])
    static let request = ResourceRequest(pod: pod, container: 0, candidateNodes: [0, 1])

    func registry(_ fault: String) throws -> ProviderRegistry {
        let path = try Self.library.get().url.path
        return ProviderRegistry(
            opening: [path], settings: ["org.example.faulty": fault],
            environment: ProviderEnvironment(machine: Self.machine, root: nil))
    }

    @Test("a provider that keeps the contract is asked and gives")
    func sound() throws {
        let provider = try #require(try registry("").providers.first)
        #expect(
            try provider.hints(for: Self.request) == [
                ResourceAnswer("example.org/thing", .hints([TopologyHint(nodes: [0], isPreferred: true)]))
            ])
        let given = try provider.prepare(
            TransactionID(rawValue: 1), Self.request,
            Placement(affinity: TopologyHint(nodes: [0], isPreferred: true)))
        #expect(given == [Assignment("example.org/thing", .device(id: "a", nodes: [0]))])
    }

    @Test(
        "a broken rule of hints is named",
        arguments: [
            ("silent", "gave no answer for example.org/thing"),
            ("unclaimed", "answered for example.org/other, which it does not claim or was not asked for"),
            ("outside", "names node(s) 40, not candidates"),
            ("short-hint", "gave a hint that is too short"),
            ("null-words", "nodes are NULL though their count is not 0"),
            ("twice", "answered twice for example.org/thing"),
            ("mixed", "answered twice for example.org/thing"),
            ("repeated", "are not ascending by node count and list of nodes: {0} after {0}"),
            ("unsorted", "are not ascending by node count and list of nodes: {1} after {0-1}"),
            ("capacity-outside", "has node(s) 40 in its universe, not candidates"),
            ("capacity-null-pools", "has pools NULL though their count is 1"),
            ("capacity-short", "is too short"),
            ("no-reason", "hints failed without a reason: internal fault (status 8)"),
            ("reason", "the card is on fire"),
        ])
    func brokenHints(fault: String, words: String) throws {
        let provider = try #require(try registry(fault).providers.first)
        let failure = #expect(throws: ProviderFailure.self) { try provider.hints(for: Self.request) }
        #expect(failure?.provider == "org.example.faulty")
        #expect(failure?.reason.text.contains(words) == true, "\(String(describing: failure))")
        #expect(failure?.reason.text.contains("\n") == false)
    }

    @Test(
        "a broken rule of prepare is named",
        arguments: [
            ("gives-other", "gave example.org/other, which it does not claim"),
            ("gives-no-id", "gave a device of example.org/thing without an id"),
            ("gives-unknown-kind", "of the unknown kind 77"),
            ("gives-twice", "gave the device a of example.org/thing twice"),
            ("gives-too-few", "gave 0 example.org/thing, 1 requested"),
            ("gives-too-many", "gave 2 example.org/thing, 1 requested"),
            ("exhausted", "not enough is free (NH_EXHAUSTED)"),
        ])
    func brokenPrepare(fault: String, words: String) throws {
        let provider = try #require(try registry(fault).providers.first)
        let placement = Placement(affinity: TopologyHint(nodes: nil, isPreferred: false))
        let failure = #expect(throws: ProviderFailure.self) {
            try provider.prepare(TransactionID(rawValue: 1), Self.request, placement)
        }
        #expect(failure?.reason.text.contains(words) == true, "\(String(describing: failure))")
        #expect(failure?.kind == (fault == "exhausted" ? .exhausted : .fault))
    }

    @Test(
        "a table that lacks something is refused",
        arguments: [
            ("no-prepare", "its provider table has no prepare, which is required"),
            ("short-table", "its provider table has no commit, which is required"),
            ("create-null", "create failed: it reported success, but made nothing"),
            ("create-fails", "create failed: settings: unknown key \"colour\""),
        ])
    func refusedTable(fault: String, words: String) throws {
        let registry = try registry(fault)
        #expect(registry.providers.isEmpty)
        #expect(registry.refused.first?.reason.contains(words) == true, "\(registry.refused)")
    }

    @Test("a failed commit is a fault of the system, not a refusal")
    func failedCommit() throws {
        let provider = try #require(try registry("commit-fails").providers.first)
        let failure = #expect(throws: ProviderFailure.self) {
            try provider.commit(TransactionID(rawValue: 1))
        }
        #expect(failure?.kind == .io)
    }
}
