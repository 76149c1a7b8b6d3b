// SPDX-License-Identifier: Apache-2.0

import MemoryProvider
import NUMACore
import ProviderKit
import TestSupport
import Testing

private let gib: UInt64 = 1 << 30

@Suite("MemoryProvider")
struct MemoryProviderTests {
    /// Two nodes of 16 GiB, of which 4 GiB are pages of 2 MiB.
    private func provider(_ settings: String = "{}", _ machine: Machine? = nil) throws -> MemoryProvider {
        let usual = MachineBuilder(nodes: 2, cores: 4, hugepages: [2 << 20: 4 * gib]).machine
        return try MemoryProvider(context: ProviderContext(machine: machine ?? usual, settings: settings))
    }

    private func memory(_ bytes: UInt64, pod: String = "pod") -> ResourceRequest {
        .container([.cpu: 1000, .memory: bytes], pod: pod)
    }

    private func shares(_ pieces: [Assignment]) -> [Assignment.Share] {
        pieces.flatMap { piece -> [Assignment.Share] in
            if case .memory(_, _, let shares) = piece.piece { shares } else { [] }
        }
    }

    @Test("huge pages are no system memory")
    func stock() throws {
        #expect(
            try provider().stock() == [
                Stock(.memory, locality: .nodes([0]), free: 12 * gib, total: 12 * gib),
                Stock(.memory, locality: .nodes([1]), free: 12 * gib, total: 12 * gib),
            ])
    }

    @Test("one joint list, with each mask that is large enough")
    func hints() throws {
        let answer = try #require(try provider().hints(for: memory(12 * gib)).first)
        #expect(answer.capacity?.joint == "memory")
        #expect(answer.hints?.map(\.nodes) == [[0], [1], [0, 1]])
        #expect(
            try provider().hints(for: memory(13 * gib)).first?.hints == [
                TopologyHint(nodes: [0, 1], isPreferred: true)
            ])
    }

    @Test("no preference: other classes, and policy none")
    func any() throws {
        let burstable = ResourceRequest.container([.memory: gib], qos: .burstable)
        #expect(try provider().hints(for: burstable) == [ResourceAnswer(.memory, .any)])
        #expect(
            try provider(#"{"policy": "none"}"#).hints(for: memory(gib)) == [ResourceAnswer(.memory, .any)])
        var provider = try provider()
        #expect(try provider.prepare(burstable, .on([0])) == [])
    }

    @Test("a device's memory is system memory only if settings say so")
    func deviceMemory() throws {
        var builder = MachineBuilder(nodes: 1, cores: 4)
        builder.add(node: 1, cores: 0)
        builder.add(node: 255, cores: 0, isDeviceMemory: true)
        #expect(try provider("{}", builder.machine).stock().map(\.locality) == [.nodes([0]), .nodes([1])])
        #expect(try provider(#"{"includeDeviceMemory": true}"#, builder.machine).stock().count == 3)
    }

    @Test("reservations count neither in free nor in total")
    func reserved() throws {
        let provider = try provider(
            #"{"reservedMemory": [{"node": 1, "resource": "memory", "bytes": 1073741824}]}"#)
        #expect(provider.stock().map(\.total) == [12 * gib, 11 * gib])
    }

    @Test("taken from the lowest node of the affinity")
    func allocation() throws {
        var provider = try provider()
        let one = try provider.prepare(memory(10 * gib), .on([1]))
        #expect(
            one == [
                Assignment(
                    .memory,
                    .memory(nodes: [1], bytes: 10 * gib, shares: [.init(node: 1, bytes: 10 * gib)]))
            ])
        #expect(try provider.prepare(memory(10 * gib), .on([1])) == one)
        provider.release(Holder(podUID: "pod"))
        let both = try provider.prepare(memory(20 * gib, pod: "b"), .on([0, 1]))
        #expect(both == [Assignment(.memory, .memory(nodes: [0, 1], bytes: 20 * gib, shares: []))])
        #expect(provider.stock().map(\.free) == [0, 4 * gib])
    }

    @Test("a node in use alone joins no group, and a group stays together")
    func groups() throws {
        var provider = try provider()
        _ = try provider.prepare(memory(gib), .on([0]))
        #expect(provider.hints(for: memory(gib, pod: "b")).first?.hints?.map(\.nodes) == [[0], [1]])
        provider.release(Holder(podUID: "pod"))
        _ = try provider.prepare(memory(13 * gib), .on([0, 1]))
        #expect(provider.hints(for: memory(gib, pod: "b")).first?.hints?.map(\.nodes) == [[0, 1]])
        #expect(throws: ProviderError.self) { try provider.prepare(memory(gib, pod: "b"), .on([0])) }
        let wider = try provider.prepare(memory(gib, pod: "b"), .on([0], preferred: false))
        #expect(wider == [Assignment(.memory, .memory(nodes: [0, 1], bytes: gib, shares: []))])
        #expect(provider.stock().map(\.free) == [0, 10 * gib])
    }

    @Test("too little is refused with places and numbers")
    func refusal() throws {
        var provider = try provider()
        _ = try provider.prepare(memory(10 * gib), .on([1]))
        let text = "node 0 has 12Gi, node 1 has 2Gi free memory, 20Gi requested"
        #expect(provider.hints(for: memory(20 * gib, pod: "b")).first?.refusal == text)
        #expect { try provider.prepare(memory(20 * gib, pod: "b"), .on(nil)) } throws: { "\($0)" == text }
        #expect { try provider.prepare(memory(4 * gib, pod: "b"), .on([1])) } throws: {
            "\($0)" == "node 1 has 2Gi free memory, 4Gi requested"
        }
    }

    @Test("as the kubelet, the impossible is no preference")
    func compat() throws {
        let capacity = try provider(#"{"compat": "kubelet"}"#).hints(for: memory(99 * gib)).first?.capacity
        #expect(capacity?.elseAny == true)
    }

    @Test("what an init container leaves is taken over on the same mask, and free once the next starts")
    func reuse() throws {
        var provider = try provider()
        let containers = [
            ContainerSpec(name: "i", kind: .initialization, requests: [.memory: 10 * gib]),
            ContainerSpec(name: "a", requests: [.memory: 4 * gib]),
        ]
        #expect(provider.hints(for: .pod(containers)).first?.capacity?.need == 10 * gib)
        _ = try provider.prepare(.pod(containers, at: 0), .on([0]))
        let exact = provider.hints(for: .pod(containers, at: 1)).first?.capacity?.exact
        #expect(exact == [.init(nodes: [0], free: 10 * gib, total: 0)])
        let pieces = try provider.prepare(.pod(containers, at: 1), .on([0]))
        #expect(pieces.map(\.takenFrom) == ["i"])
        #expect(provider.stock().map(\.free) == [2 * gib, 12 * gib])
        provider.started(Holder(podUID: "pod", container: "i"))
        #expect(provider.stock().map(\.free) == [2 * gib, 12 * gib])
        provider.started(Holder(podUID: "pod", container: "a"))
        #expect(provider.stock().map(\.free) == [8 * gib, 12 * gib])
    }

    @Test("types that only init containers ask for are left out of a pod's request")
    func initOnly() throws {
        let containers = [
            ContainerSpec(name: "i", kind: .initialization, requests: [.memory: gib]),
            ContainerSpec(name: "a", requests: [.cpu: 1000]),
        ]
        #expect(try provider().hints(for: .pod(containers)) == [ResourceAnswer(.memory, .any)])
    }

    @Test("huge pages that nobody gives do not stand in the way")
    func alone() throws {
        var provider = try provider()
        let request = ResourceRequest.container([.memory: gib, "hugepages-1Gi": gib])
        #expect(shares(try provider.prepare(request, .on([1]))) == [.init(node: 1, bytes: gib)])
    }

    @Test("a split that is wanted is given, or refused")
    func wanted() throws {
        var provider = try provider()
        var placement = Placement.on([0, 1])
        let split: [Assignment.Share] = [.init(node: 0, bytes: gib), .init(node: 1, bytes: 3 * gib)]
        placement.wanted = [Assignment(.memory, .memory(nodes: [0, 1], bytes: 4 * gib, shares: split))]
        #expect(shares(try provider.prepare(memory(4 * gib), placement)) == split)
        #expect(throws: ProviderError.self) { try provider.prepare(memory(5 * gib, pod: "b"), placement) }
    }

    @Test("a transaction is visible inside, and rolled back")
    func transaction() throws {
        var books = Books(try provider())
        let before = books.current.stock()
        let one = TransactionID(rawValue: 1)
        _ = try books.change(in: one) { try $0.prepare(memory(12 * gib), .on([0])) }
        #expect(books.current.hints(for: memory(gib, pod: "b")).first?.hints?.map(\.nodes) == [[1]])
        books.rollback(one)
        #expect(books.current.stock() == before)
    }

    @Test("restored memory is where it was; what no longer fits is named")
    func restore() throws {
        var provider = try provider()
        let piece = Assignment.Piece.memory(nodes: [1], bytes: gib, shares: [.init(node: 1, bytes: gib)])
        try provider.restore(.container([.memory: gib], held: [Assignment(.memory, piece)]))
        #expect(provider.stock().map(\.free) == [12 * gib, 11 * gib])
        #expect(
            provider.hints(for: .container([.memory: gib])).first?.placement
                == .hints([TopologyHint(nodes: [1], isPreferred: true)]))
        let much = Assignment.Piece.memory(nodes: [0], bytes: 13 * gib, shares: [])
        #expect {
            try provider.restore(.container([.memory: gib], pod: "b", held: [Assignment(.memory, much)]))
        } throws: { "\($0)" == "app holds 13Gi of memory on node 0, where 12Gi can be given" }
    }

    @Test(
        "settings that cannot be",
        arguments: [
            (
                #"{"policy": "Static"}"#,
                #"settings.policy must be "none" or "static", found the string "Static""#
            ),
            (
                #"{"reserved": []}"#,
                #"settings has an unknown member "reserved"; known are compat, includeDeviceMemory, policy, reservedMemory"#
            ),
            (
                #"{"includeDeviceMemory": 1}"#,
                "settings.includeDeviceMemory must be true or false, found the number 1"
            ),
            (
                #"{"compat": "kublet"}"#,
                #"settings.compat must be "none" or "kubelet", found the string "kublet""#
            ),
            (#"{"reservedMemory": {}}"#, "settings.reservedMemory must be a list, found an object"),
            (#"{"reservedMemory": [1]}"#, "settings.reservedMemory[0] must be an object, found the number 1"),
            (
                #"{"reservedMemory": [{"resource": "memory", "bytes": 1}]}"#,
                #"settings.reservedMemory[0] has no "node""#
            ),
            (
                #"{"reservedMemory": [{"node": 0, "bytes": 1}]}"#,
                #"settings.reservedMemory[0] has no "resource""#
            ),
            (
                #"{"reservedMemory": [{"node": 0, "resource": "memory"}]}"#,
                #"settings.reservedMemory[0] has no "bytes""#
            ),
            (
                #"{"reservedMemory": [{"node": 0, "resource": "cpu", "bytes": 1}]}"#,
                #"settings.reservedMemory[0].resource must be memory or hugepages-<size>, found "cpu""#
            ),
            (
                #"{"reservedMemory": [{"node": 0, "resource": "memory", "bytes": "1Gi"}]}"#,
                #"settings.reservedMemory[0].bytes must be a whole number from 0, found the string "1Gi""#
            ),
            (
                #"{"reservedMemory": [{"node": 7, "resource": "memory", "bytes": 1}]}"#,
                "settings.reservedMemory names node 7, which has no system memory"
            ),
            (
                #"{"reservedMemory": [{"node": 0, "resource": "memory", "bytes": 99999999999}]}"#,
                "settings.reservedMemory reserves 93.1Gi of memory on node 0, which has 12Gi"
            ),
            (
                #"{"reservedMemory": [{"node": 0, "resource": "memory", "bytes": 1}, {"node": 0, "resource": "memory", "bytes": 1}]}"#,
                "settings.reservedMemory[1] reserves memory on node 0 a second time"
            ),
        ])
    func settings(_ text: String, _ message: String) {
        #expect { try provider(text) } throws: { "\($0)" == message }
    }
}
