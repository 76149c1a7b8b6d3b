// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials
public import NUMACore

/// A machine that an object of JSON describes, with what its providers are to know: devices that no bus shows,
/// and what is kept for the system.
public struct MachineDescription: Hashable, Sendable {
    public var name: String
    public var machine: Machine
    /// Bytes by node and type that are kept for the system; ascending.
    public var systemReserved: [Reservation]
    /// CPUs that are kept for the system.
    public var reservedCPUs: ReservedCPUs
    /// Ascending by resource and then as they stand.
    public var devices: [Device]

    public struct Reservation: Hashable, Sendable {
        public var node: Int
        public var resource: ResourceName
        public var bytes: UInt64
    }

    public enum ReservedCPUs: Hashable, Sendable {
        case these(String)
        /// So many; the CPU manager chooses them.
        case count(Int)
    }

    public struct Device: Hashable, Sendable {
        public var id: String
        public var resource: ResourceName
        /// Nil: the platform does not say.
        public var nodes: [Int]?
        public var isHealthy: Bool
    }

    /// Nodes and CPUs must have numbers below this.
    static let numberLimit = 1 << 16

    /// Reads the object from a file's bytes.
    public init(_ bytes: Data, file: String) throws(NUMAHintsError) {
        do {
            self = try MachineDescription(JSONDecoder().decode(MachineRecord.self, from: bytes))
        } catch {
            throw JSONProblem.error(error, in: bytes, file: file)
        }
    }

    init(_ record: MachineRecord) throws(NUMAHintsError) {
        name = record.name ?? ""
        let ids = record.numaNodes.map(\.id)
        guard !ids.isEmpty else { throw Self.wrong("numaNodes is empty, expected at least one node") }
        for id in ids where !(0..<MergeLine.nodeLimit).contains(id) {
            throw Self.wrong("numaNodes: node \(id), expected a number from 0 to \(MergeLine.nodeLimit - 1)")
        }
        guard Set(ids).count == ids.count else { throw Self.wrong("numaNodes has a node twice") }
        let cpus = try Self.cpus(record.cpus, ids)
        var nodes: [Machine.Node] = []
        for node in record.numaNodes.sorted(by: { $0.id < $1.id }) { nodes.append(try Self.node(node, cpus)) }
        let rows = record.numaNodes.map { $0.distances ?? [] }
        machine = Machine(
            nodes: nodes, cpus: cpus,
            distances: rows.allSatisfy(\.isEmpty) ? nil : try MergeLine.distances(rows, ids))
        systemReserved = record.numaNodes.sorted { $0.id < $1.id }.flatMap { node in
            (node.systemReserved ?? [:]).sorted { $0.key < $1.key }.map {
                Reservation(node: node.id, resource: ResourceName($0.key), bytes: $0.value)
            }
        }
        let list = record.reservedCPUsConfigured ?? ""
        let count = record.reservedCPUCount ?? 0
        guard (0...Self.numberLimit).contains(count) else {
            throw Self.wrong("reservedCPUCount is \(count), expected a number from 0 to \(Self.numberLimit)")
        }
        reservedCPUs = list.isEmpty ? .count(count) : .these(list)
        devices = (record.devices ?? [:]).sorted { $0.key < $1.key }.flatMap { resource, devices in
            devices.map {
                Device(
                    id: $0.id, resource: ResourceName(resource), nodes: $0.numa, isHealthy: $0.healthy ?? true)
            }
        }
        for device in devices {
            for node in device.nodes ?? [] where !ids.contains(node) {
                throw Self.wrong("devices: \(device.resource) \(device.id) is on node \(node), which is not there")
            }
        }
    }

    private static func cpus(_ rows: [[Int]], _ nodes: [Int]) throws(NUMAHintsError) -> [Machine.CPU] {
        var cpus: [Machine.CPU] = []
        for row in rows.sorted(by: { ($0.first ?? 0) < ($1.first ?? 0) }) {
            guard row.count == 5, row.allSatisfy({ (0..<numberLimit).contains($0) }) else {
                throw wrong("cpus: the row \(row), expected CPU, core, socket, node and cache below \(numberLimit)")
            }
            guard nodes.contains(row[3]) else {
                throw wrong("cpus: CPU \(row[0]) is of node \(row[3]), which numaNodes does not have")
            }
            guard row[0] != cpus.last?.id else { throw wrong("cpus has CPU \(row[0]) twice") }
            cpus.append(
                Machine.CPU(id: row[0], node: row[3], socket: row[2], die: row[2], cache: row[4], core: row[1]))
        }
        return cpus
    }

    private static func node(_ node: MachineRecord.Node, _ cpus: [Machine.CPU]) throws(NUMAHintsError) -> Machine.Node {
        let own = CPUSet(cpus.filter { $0.node == node.id }.map(\.id))
        var pools: [Machine.HugepagePool] = []
        for (name, bytes) in node.hugepages ?? [:] {
            guard let size = ResourceName(name).hugepageSize, size > 0 else {
                throw wrong("node \(node.id): hugepages has \"\(name)\", expected a name like hugepages-2Mi")
            }
            pools.append(Machine.HugepagePool(pageSize: size, totalBytes: bytes, freeBytes: nil))
        }
        return Machine.Node(
            id: node.id, cpus: own, localCPUs: own, memoryBytes: node.memory,
            hugepages: pools.sorted { $0.pageSize < $1.pageSize })
    }

    private static func wrong(_ message: String) -> NUMAHintsError { NUMAHintsError(.input, message) }
}
