// SPDX-License-Identifier: Apache-2.0

import HugepagesProvider
import MemoryBooks
import NUMACore
import ProviderKit
import TestSupport
import Testing

private let gib: UInt64 = 1 << 30

@Suite("HugepagesProvider")
struct HugepagesProviderTests {
    private let small: ResourceName = "hugepages-2Mi"

    private var machine: Machine {
        MachineBuilder(nodes: 2, cores: 4, hugepages: [2 << 20: 4 * gib, gib: 0]).machine
    }

    private func provider(_ settings: String = "{}") throws -> HugepagesProvider {
        try HugepagesProvider(context: ProviderContext(machine: machine, settings: settings))
    }

    @Test("claims a family and observes memory")
    func claims() throws {
        let provider = try provider()
        #expect(provider.claims.map(\.pattern) == ["hugepages-*"])
        #expect(provider.observes.map(\.pattern) == ["memory"])
    }

    @Test("every size and node is in stock")
    func stock() throws {
        #expect(
            try provider().stock().map { "\($0.resource) \($0.free)" } == [
                "hugepages-1Gi 0", "hugepages-1Gi 0", "hugepages-2Mi \(4 * gib)", "hugepages-2Mi \(4 * gib)",
            ])
    }

    @Test("a size that the machine lacks", arguments: ["hugepages-1Gi", "hugepages-16Gi"])
    func lacking(_ name: String) throws {
        var provider = try provider()
        let request = ResourceRequest.container([.memory: gib, ResourceName(name): gib])
        #expect(provider.hints(for: request).first?.refusal == "no node has \(name)")
        #expect { try provider.prepare(request, .on([0])) } throws: { "\($0)" == "no node has \(name)" }
        #expect(try self.provider(#"{"compat": "kubelet"}"#).hints(for: request).first?.placement == .any)
    }

    @Test("the list is joint with memory's")
    func joint() throws {
        let memory = try MemoryKeeper(ResourceClaim("memory"), ProviderContext(machine: machine))
        let request = ResourceRequest.container([.memory: 13 * gib, small: 2 * gib])
        let capacities = (try provider().hints(for: request) + memory.hints(for: request)).compactMap(
            \.capacity)
        #expect(capacities.map(\.joint) == ["memory", "memory"])
        #expect(hintsByDefinition(of: capacities) == [TopologyHint(nodes: [0, 1], isPreferred: true)])
    }

    @Test("both libraries choose the same mask")
    func sameBooks() throws {
        var memory = try MemoryKeeper(ResourceClaim("memory"), ProviderContext(machine: machine))
        var provider = try provider()
        let request = ResourceRequest.container([.memory: gib, small: 5 * gib])
        let masks = (try memory.prepare(request, .on(nil)) + provider.prepare(request, .on(nil))).map {
            if case .memory(let nodes, _, _) = $0.piece { nodes } else { NUMANodeMask() }
        }
        #expect(masks == [[0, 1], [0, 1]])
        #expect(provider.stock().map(\.free).suffix(2) == [0, 3 * gib])
        provider.release(Holder(podUID: "pod"))
        #expect(provider.stock().map(\.free).suffix(2) == [4 * gib, 4 * gib])
    }

    @Test("huge pages come without memory's provider too")
    func alone() throws {
        var provider = try provider()
        let request = ResourceRequest.container([small: gib])
        let pieces = try provider.prepare(request, .on([1]))
        #expect(
            pieces == [
                Assignment(small, .memory(nodes: [1], bytes: gib, shares: [.init(node: 1, bytes: gib)]))
            ])
    }

    @Test("too little is refused with places and numbers")
    func refusal() throws {
        let request = ResourceRequest.container([small: 9 * gib])
        #expect(
            try provider().hints(for: request).first?.refusal
                == "node 0 has 4Gi, node 1 has 4Gi free hugepages-2Mi, 9Gi requested")
    }

    @Test("a transaction is visible inside, and rolled back")
    func transaction() throws {
        var books = Books(try provider())
        let before = books.current.stock()
        let one = TransactionID(rawValue: 1)
        _ = try books.change(in: one) { try $0.prepare(.container([small: 4 * gib]), .on([0])) }
        #expect(books.current.stock() != before)
        books.rollback(one)
        #expect(books.current.stock() == before)
    }

    @Test("reserved huge pages are not given")
    func reserved() throws {
        let provider = try provider(
            #"{"reservedMemory": [{"node": 0, "resource": "hugepages-2Mi", "bytes": 1073741824}]}"#)
        #expect(provider.stock().map(\.total).suffix(2) == [3 * gib, 4 * gib])
    }

    @Test(
        "settings that cannot be",
        arguments: [
            "7", "null", #"{"policy": true}"#, #"{"policy": "all"}"#, #"{"includeDeviceMemory": "yes"}"#,
            #"{"compat": true}"#, #"{"reservedMemory": "1Gi"}"#, #"{"hugepages": {}}"#,
            #"{"reservedMemory": [{"node": 0, "resource": "hugepages-3", "bytes": 1, "size": 2}]}"#,
            #"{"reservedMemory": [{"node": 0, "resource": "hugepages-", "bytes": 1}]}"#,
            #"{"reservedMemory": [{"node": 0, "resource": "hugepages-2Mi", "bytes": 99999999999}]}"#,
        ])
    func settings(_ text: String) {
        #expect { try provider(text) } throws: { "\($0)".hasPrefix("settings") }
    }
}
