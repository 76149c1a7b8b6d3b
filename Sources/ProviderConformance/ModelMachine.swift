// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// A made-up machine of equal nodes: each a socket of two cores with two threads, memory, huge pages of two sizes, and
/// on the first eight a GPU and a network card with two virtual functions.
struct ModelMachine {
    private(set) var machine = Machine(nodes: [], cpus: [])

    static let threads = 4
    /// Above this many nodes a table of distances is large, and left out.
    private static let mostDistances = 128
    private static let nodesWithDevices = 8

    init(nodes: Int) { self.init(ids: Array(0..<nodes)) }

    /// - Parameters:
    ///   - ids: of the nodes, ascending.
    ///   - bare: the nodes without CPUs.
    init(ids: [Int], bare: Set<Int> = [], hasDistances: Bool = true) {
        for id in ids { add(id, isBare: bare.contains(id)) }
        if hasDistances, ids.count <= Self.mostDistances {
            machine.distances = Distances(
                nodes: ids, rows: ids.map { from in ids.map { from == $0 ? 10 : 20 + UInt64(abs(from - $0) % 4) } })
        }
        machine.devices.sort { $0.address < $1.address }
    }

    /// Takes CPUs off line, or from those that may be used.
    mutating func switchOff(_ offline: CPUSet, forbidding forbidden: CPUSet) {
        for place in machine.cpus.indices {
            let id = machine.cpus[place].id
            if offline.contains(id) { machine.cpus[place].isOnline = false }
            if forbidden.contains(id) { machine.cpus[place].isAllowed = false }
        }
        let gone = offline.union(forbidden)
        for place in machine.nodes.indices {
            machine.nodes[place].cpus = machine.nodes[place].cpus.subtracting(gone)
            machine.nodes[place].localCPUs = machine.nodes[place].localCPUs.subtracting(gone)
        }
    }

    private mutating func add(_ id: Int, isBare: Bool) {
        let first = machine.cpus.count
        let cpus = (0..<(isBare ? 0 : Self.threads)).map {
            Machine.CPU(
                id: first + $0, node: id, socket: machine.nodes.count, die: first, cache: first,
                core: first + $0 / 2 * 2)
        }
        machine.cpus += cpus
        let own = CPUSet(cpus.map(\.id))
        machine.nodes.append(
            Machine.Node(
                id: id, cpus: own, localCPUs: isBare ? CPUSet([0]) : own, memoryBytes: 4 << 30,
                hugepages: [
                    Machine.HugepagePool(pageSize: 2 << 20, totalBytes: 64 << 20, freeBytes: nil),
                    Machine.HugepagePool(pageSize: 1 << 30, totalBytes: 2 << 30, freeBytes: nil),
                ]))
        if machine.nodes.count <= Self.nodesWithDevices { addDevices(near: id, bus: 0x10 * machine.nodes.count) }
    }

    private mutating func addDevices(near node: Int, bus: Int) {
        func address(_ place: Int, _ function: Int) -> String {
            "0000:\(String(bus + place, radix: 16)):00.\(function)"
        }
        let port = "0000:\(String(bus, radix: 16)):01.0"
        let nodes = Locality.nodes([node])
        machine.devices.append(
            Device(
                address: address(1, 0), classCode: 0x03_0200, vendor: 0x10DE, device: 0x2330, locality: nodes,
                path: [port, address(1, 0)], driver: "nvidia"))
        let card = address(2, 0)
        machine.devices.append(
            Device(
                address: card, classCode: 0x02_0000, vendor: 0x8086, device: 0x1592, locality: nodes,
                path: [port, card], driver: "ice", virtualLimit: 8))
        for index in 0..<2 {
            machine.devices.append(
                Device(
                    address: address(2, index + 1), classCode: 0x02_0000, vendor: 0x8086, device: 0x1889,
                    locality: nodes, path: [port, address(2, index + 1)], driver: "vfio-pci", physicalFunction: card,
                    virtualIndex: index))
        }
    }
}
