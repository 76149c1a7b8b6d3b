// SPDX-License-Identifier: Apache-2.0

import NUMACore
import Presentation
import Testing

@Suite("Pictures of machines")
struct MachinePictureTests {
    private func machine(nodes count: Int) -> Machine {
        let nodes = (0..<count).map { id in
            Machine.Node(
                id: id, cpus: CPUSet(id * 2..<id * 2 + 2), localCPUs: CPUSet(id * 2..<id * 2 + 2),
                memoryBytes: 8 << 30,
                hugepages: id == 0
                    ? [Machine.HugepagePool(pageSize: 2 << 20, totalBytes: 2 << 30, freeBytes: 1 << 30)] : [])
        }
        let cpus = (0..<count * 2).map { id in
            Machine.CPU(id: id, node: id / 2, socket: id / 2, die: id / 2, cache: id / 2, core: id)
        }
        let rows = (0..<count).map { row in (0..<count).map { UInt64($0 == row ? 10 : 21) } }
        return Machine(
            nodes: nodes, cpus: cpus, distances: Distances(nodes: Array(0..<count), rows: rows),
            devices: [
                Device(
                    address: "0000:17:00.0", classCode: 0x030200, vendor: 0x10de, device: 0x20b5,
                    locality: .nodes([0])),
                Device(
                    address: "0000:18:00.0", classCode: 0x020000, vendor: 0x8086, device: 0x1572,
                    locality: .unknown),
            ])
    }

    @Test("two nodes")
    func twoNodes() {
        let picture = MachinePicture(machine(nodes: 2), source: "example", width: 80).text
        #expect(
            picture == """
                example: 2 nodes, 2 sockets, 4 cores, 4 CPUs, 16Gi, 2 PCI devices
                ┌─ node 0 · socket 0 ─────────────┐ ┌─ node 1 · socket 1 ─────────────┐
                │ CPUs   0-1                      │ │ CPUs   2-3                      │
                │ memory 8Gi     ████████████▒▒▒▒ │ │ memory 8Gi     ████████████████ │
                │ 2Mi    512 of 1024 pages free   │ │                                 │
                │ GPU 17:00.0 NVIDIA 20b5         │ │                                 │
                └─────────────────────────────────┘ └─────────────────────────────────┘
                ┌─ node unknown ──────────────┐
                │ Ethernet 18:00.0 Intel 1572 │
                └─────────────────────────────┘
                memory: █ ordinary pages  ▒ huge pages

                distance   0   1
                node 0  10  21
                node 1  21  10

                """)
    }

    @Test(
        "no line is wider than the terminal", arguments: [1, 2, 3, 8, 16, 17, 64, 100], [40, 80, 132, 200])
    func widths(nodes: Int, width: Int) {
        let picture = MachinePicture(machine(nodes: nodes), source: "example", width: width).text
        for line in picture.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
    }

    @Test("colours only if wanted, and they change no character")
    func colours() {
        let plain = MachinePicture(machine(nodes: 2), source: "example").text
        let coloured = MachinePicture(machine(nodes: 2), source: "example", hasColour: true).text
        #expect(!plain.contains("\u{1b}"))
        let stripped = coloured.split(separator: "\u{1b}", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset == 0 ? String($0.element) : String($0.element.drop { $0 != "m" }.dropFirst()) }
            .joined()
        #expect(stripped == plain)
    }

    @Test("a machine without anything")
    func empty() {
        #expect(
            MachinePicture(Machine(nodes: [], cpus: []), source: "x").text
                == "x: 0 nodes, 0 sockets, 0 cores, 0 CPUs, 0\n")
    }
}
