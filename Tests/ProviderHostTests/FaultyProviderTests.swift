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
        cpus: [0, 1, 2].map {
            Machine.CPU(id: $0, node: 0, socket: 0, die: 0, cache: 0, core: $0, isOnline: $0 != 2)
        })
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
            ("null-words", "with nodes.words NULL though their count is 1"),
            ("twice", "answered twice for example.org/thing"),
            ("mixed", "answered twice for example.org/thing"),
            ("repeated", "are not ascending by node count and list of nodes: {0} after {0}"),
            ("unsorted", "are not ascending by node count and list of nodes: {1} after {0-1}"),
            ("capacity-outside", "has node(s) 40 in its universe, not candidates"),
            ("capacity-null-pools", "has pools NULL though their count is 1"),
            ("capacity-short", "is too short"),
            ("null-hint", "gave a hint that is NULL"),
            ("null-capacity", "gave a capacity that is NULL"),
            ("null-any", "gave a resource that is NULL"),
            ("null-name", "gave a resource that is NULL"),
            ("null-reason", "gave a reason that is NULL"),
            ("short-message", "gave a reason that is too short"),
            ("null-fact", "gave a fact with a key that is NULL"),
            ("no-utf8", "gave a resource that is not UTF-8: example.org/\u{FFFD}"),
            ("escape", "answered for example.org/  [2J, which it does not claim"),
            ("many-words", "with 1152921504606846976 nodes.words, of which a host reads 1024"),
            ("capacity-many-pools", "has 1152921504606846976 pools, of which a host reads 65536"),
            ("capacity-overfull", "has a pool on {0} with 2 free of 1"),
            ("capacity-joint", "has a joint name that is not UTF-8"),
            ("capacity-group-words", "has groups.words NULL though their count is 3"),
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

    @Test("members and flags that the host does not know are passed over")
    func unknown() throws {
        let hint = TopologyHint(nodes: [0], isPreferred: true)
        #expect(
            try #require(registry("longer-hint").providers.first).hints(for: Self.request)
                == [ResourceAnswer("example.org/thing", .hints([hint]))])
        let capacity = Capacity(need: 1, universe: [0, 1], pools: [.init(nodes: [0], free: 1, total: 1)])
        #expect(
            try #require(registry("capacity-flags").providers.first).hints(for: Self.request)
                == [ResourceAnswer("example.org/thing", .capacity(capacity))])
    }

    @Test("an empty universe is a list without hints, and no fault")
    func emptyUniverse() throws {
        let answers = try #require(registry("capacity-empty").providers.first).hints(for: Self.request)
        guard case .capacity(let capacity)? = answers.first?.placement else {
            Issue.record("\(answers)")
            return
        }
        #expect(capacity.universe.isEmpty)
    }

    @Test(
        "a broken rule of prepare is named",
        arguments: [
            ("gives-other", "gave example.org/other, which it does not claim"),
            ("gives-no-id", "gave a device of example.org/thing without an id"),
            ("gives-unknown-kind", "of the unknown kind 77"),
            ("gives-twice", "gave the device a of example.org/thing twice"),
            ("gives-null", "gave a piece that is NULL"),
            ("gives-null-resource", "gave a resource that is NULL"),
            ("gives-short", "gave a piece that is too short"),
            ("gives-many-words", "gave 1152921504606846976 set.words, of which a host reads 1024"),
            ("gives-many-attributes", "gave 1152921504606846976 attributes, of which a host reads 65536"),
            ("gives-null-attribute", "gave an attribute with a value that is NULL"),
            ("gives-no-utf8", "gave an id that is not UTF-8"),
            ("gives-quantity", "gave the device a with quantity 2, not 1"),
            ("gives-far-device", "gave example.org/thing on node(s) 40, which the machine does not have"),
            ("gives-far-memory", "gave example.org/thing on node(s) 40, which the machine does not have"),
            ("gives-from-nobody", "taken from nobody, which is no init container of the pod"),
            ("gives-cpus", "of kind 0, which stands for another unit"),
            ("gives-far-share", "on node 18446744073709551615, which is not one of 0"),
            ("gives-wrong-sum", "gave shares of example.org/thing that add up to 1 bytes, not to its 2"),
            ("gives-no-node", "gave example.org/thing on no node"),
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

    @Test(
        "claims that are no names are refused",
        arguments: [
            ("claims:", "have \"\", which is no name of a resource"),
            ("claims:*", "have \"*\", which is no name of a resource, nor a family like hugepages-*"),
            ("claims:a*b", "have \"a*b\", which"), ("claims:a**", "have \"a**\", which"),
            ("claims:a b", "have \"a b\", which"), ("claims:a\u{7}", "have \"a \", which"),
            ("claims:a,b,a", "its claims have a twice"),
            ("claims-no-utf8", "its claims have a name that is not UTF-8"),
        ])
    func refusedClaims(fault: String, words: String) throws {
        let registry = try registry(fault)
        #expect(registry.providers.isEmpty)
        #expect(registry.refused.first?.reason.contains(words) == true, "\(registry.refused)")
    }

    func prepare(_ fault: String, _ containers: [ContainerSpec], held: [[Assignment]]) throws -> String? {
        let provider = try #require(try registry(fault).providers.first)
        let pod = PodSpec(uid: "u", name: "p", containers: containers)
        let request = ResourceRequest(
            pod: pod, container: containers.count - 1, candidateNodes: [0, 1], held: held)
        do {
            _ = try provider.prepare(
                TransactionID(rawValue: 1), request,
                Placement(affinity: TopologyHint(nodes: nil, isPreferred: false)))
            return nil
        } catch {
            return error.reason.text
        }
    }

    @Test(
        "only CPUs that can run are given, each once",
        arguments: [
            ("cpu-first", nil), ("cpu-far", "gave CPUs 40, which are not on line, not allowed or not there"),
            ("cpu-third", "gave CPUs 2, which are not on line, not allowed or not there"),
            ("cpu-quantity", "gave CPUs 0 with quantity 1, not 1000"), ("cpu-twice", "gave CPUs 0 twice"),
        ] as [(String, String?)])
    func cpus(fault: String, words: String?) throws {
        let told = try prepare(fault, [ContainerSpec(name: "a", requests: [.cpu: 2000])], held: [[]])
        #expect(words.map { told?.hasSuffix($0) == true } ?? (told == nil), "\(told ?? "given")")
    }

    @Test(
        "what another container holds is given again only if an init container hands it over",
        arguments: [
            ("cpu-first", .app, "gave CPUs 0, which container c holds"),
            ("cpu-first", .sidecar, "gave CPUs 0, which container c holds"),
            ("cpu-first", .initialization, "gave CPUs 0, which container c holds"),
            ("cpu-taken", .initialization, nil),
            ("cpu-taken", .sidecar, "gave cpu taken from c, which is no init container of the pod"),
        ] as [(String, ContainerSpec.Kind, String?)])
    func shared(fault: String, kind: ContainerSpec.Kind, words: String?) throws {
        let told = try prepare(
            fault,
            [
                ContainerSpec(name: "c", kind: kind, requests: [.cpu: 1000]),
                ContainerSpec(name: "a", requests: [.cpu: 1000]),
            ], held: [[Assignment(.cpu, .cpus([0]))], []])
        #expect(words.map { told?.hasSuffix($0) == true } ?? (told == nil), "\(told ?? "given")")
    }

    @Test(
        "a broken rule of the stock is named",
        arguments: [
            ("stock-null", "gave a record that is NULL"), ("stock-short", "gave a record that is too short"),
            ("stock-other", "gave example.org/other, which it does not claim"),
            ("stock-null-name", "gave a resource that is NULL"),
            ("stock-overfull", "gave example.org/thing with 2 free of 1"),
            ("stock-locality", "gave the unknown locality 9"),
            ("stock-no-nodes", "gave a place that is a set of no nodes"),
            ("stock-many-words", "gave 1152921504606846976 nodes.words, of which a host reads 1024"),
            ("stock-order", "gave example.org/thing out of order"), ("stock-no-each", "has no each"),
            ("stock-fails", "stock failed without a reason: the operating system"),
        ])
    func brokenStock(fault: String, words: String) throws {
        let provider = try #require(try registry(fault).providers.first)
        let failure = #expect(throws: ProviderFailure.self) { try provider.stock() }
        #expect(failure?.reason.text.contains(words) == true, "\(String(describing: failure))")
        #expect(try registry("").providers.first?.stock().count == 1)
    }

    @Test("it learns of a container again by what it claims, asked for or held, and of no other")
    func restored() throws {
        let provider = try #require(try registry("no-restore").providers.first)
        func restores(_ requests: ResourceAmounts, held: [ResourceName]) throws -> Bool {
            let pod = PodSpec(uid: "u", name: "p", containers: [ContainerSpec(name: "c", requests: requests)])
            let pieces = held.map { Assignment($0, .device(id: "a", nodes: [0])) }
            do throws(ProviderFailure) {
                try provider.restore(
                    ResourceRequest(pod: pod, container: 0, candidateNodes: [0, 1], held: [pieces]))
                return false
            } catch { return error.kind == .exhausted }
        }
        #expect(try restores(["example.org/thing": 1], held: []))
        #expect(try restores([:], held: ["example.org/other", "example.org/thing"]))
        #expect(try !restores(["example.org/other": 1], held: ["example.org/other"]))
    }

    @Test("books are read and put back")
    func books() throws {
        let provider = try #require(try registry("").providers.first)
        #expect(try provider.sharedCPUs() == [0])
        let table = MemoryState.Table("example.org/thing", total: 2, systemReserved: 1, allocatable: 1, free: 1)
        let state = MemoryState(node: 3, assignments: 1, cells: [0], tables: [table])
        #expect(try provider.memoryStates() == [state])
        try provider.restore(state)
        let device = try #require(try provider.devices().first)
        #expect(device.id == "a" && device.isHealthy && !device.isFree && device.locality == .nodes([0]))
        let refusing = try #require(try registry("memory-no-restore").providers.first)
        #expect { try refusing.restore(state) } throws: { ($0 as? ProviderFailure)?.kind == .exhausted }
    }

    @Test(
        "a broken rule of the books is named",
        arguments: [
            ("cpus-none", "named 0 sets of CPUs, not one"), ("cpus-two", "named 2 sets of CPUs, not one"),
            ("cpus-null", "gave a set that is NULL"),
            ("cpus-many-words", "gave 1152921504606846976 cpus.words, of which a host reads 1024"),
            ("cpus-no-shared", "numa-hints.cpus/1 has no shared"),
            ("cpus-fails", "shared failed without a reason: the operating system"),
            ("memory-null", "gave a node that is NULL"), ("memory-short", "gave a node that is too short"),
            ("memory-null-list", "gave memory NULL though their count is 1"),
            ("memory-null-name", "gave a resource that is NULL"),
            ("memory-overfull", "gave example.org/thing with 2 free of 1"),
            ("memory-half", "numa-hints.memory/1 has no each or no restore"),
            ("memory-fails", "memory failed without a reason: the operating system"),
            ("devices-null", "gave a device that is NULL"), ("devices-short", "gave a device that is too short"),
            ("devices-null-id", "gave an id that is NULL"), ("devices-locality", "gave the unknown locality 9"),
            ("devices-no-each", "numa-hints.devices/1 has no each"),
        ])
    func brokenBooks(fault: String, words: String) throws {
        let provider = try #require(try registry(fault).providers.first)
        let failure = #expect(throws: ProviderFailure.self) {
            _ = try provider.sharedCPUs()
            _ = try provider.memoryStates()
            _ = try provider.devices()
        }
        #expect(failure?.reason.text.contains(words) == true, "\(String(describing: failure))")
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
