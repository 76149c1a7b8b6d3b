// SPDX-License-Identifier: Apache-2.0

import MachineTopology
import NUMACore
import Testing

@testable import NUMAHints

@Suite("Books against the kernel")
struct MemoryShortageTests {
    private func lines(_ books: [Stock], _ live: [LiveMemory.Amount]) -> [String] {
        MemoryShortage.find(books, live).map(\.description)
    }

    private func free(_ bytes: UInt64, node: Int = 1) -> LiveMemory.Amount {
        .init(node: node, resource: .memory, bytes: bytes, name: "MemFree")
    }

    private func booked(_ bytes: UInt64, _ locality: Locality = .nodes([1])) -> Stock {
        Stock(.memory, locality: locality, free: bytes, total: 64 << 30)
    }

    @Test("only less is said")
    func less() {
        let wanted = "node 1: the books have 40Gi of memory free, the kernel only 12.3Gi (MemFree)"
        #expect(lines([booked(40 << 30)], [free(126 << 30 / 10 - 1 << 28)]) == [wanted])
        #expect(lines([booked(40 << 30)], [free(40 << 30)]).isEmpty)
        #expect(lines([booked(0)], [free(1)]).isEmpty)
    }

    @Test("a difference that would not show is written in full")
    func small() {
        #expect(
            lines([booked(40 << 30 + 4096)], [free(40 << 30)])
                == ["node 1: the books have 41943044Ki of memory free, the kernel only 40Gi (MemFree)"])
    }

    @Test("other nodes, other resources, and places that are no single node are not compared")
    func others() {
        let books = [
            booked(40 << 30, .unknown), booked(40 << 30, .nodes([0])), booked(40 << 30, .nodes([0, 1])),
            Stock("hugepages-2Mi", locality: .nodes([1]), free: 40 << 30, total: 40 << 30),
        ]
        #expect(lines(books, [free(1)]).isEmpty)
    }
}
