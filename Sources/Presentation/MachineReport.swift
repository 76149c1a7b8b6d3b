// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A machine as data, for JSON and YAML: what is not known is there as null.
public struct MachineReport: Encodable, Sendable {
    static let schemaVersion = 1
    let machine: Machine
    /// What the machine was read from, as the user wrote it.
    let source: String

    public init(_ machine: Machine, source: String) {
        self.machine = machine
        self.source = source
    }

    private enum Key: String, CodingKey { case schemaVersion, source, nodes, sockets, cpus, devices }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.schemaVersion, forKey: .schemaVersion)
        try container.encode(source, forKey: .source)
        try container.encode(machine.nodes.map { Node($0, in: machine) }, forKey: .nodes)
        try container.encode(sockets, forKey: .sockets)
        try container.encode(machine.cpus.map(CPU.init), forKey: .cpus)
        try container.encode(machine.devices.map(PCIDevice.init), forKey: .devices)
    }

    private var sockets: [Socket] {
        var members: [Int: CPUSet] = [:]
        for cpu in machine.cpus { members[cpu.socket, default: []].insert(cpu.id) }
        return members.keys.sorted().map { Socket(id: $0, cpus: (members[$0] ?? []).list) }
    }

    private struct Socket: Encodable {
        var id: Int
        var cpus: String
    }

    private struct Pool: Encodable {
        var totalBytes: UInt64
        @Explicit var freeBytes: UInt64?
    }

    private struct Node: Encodable {
        var id: Int
        var cpus: String
        var localCpus: String
        var memoryBytes: UInt64
        @Explicit var memoryKind: String?
        var deviceMemory: Bool
        @Explicit var distances: [Explicit<UInt64>]?
        var hugepages: [String: Pool]

        init(_ node: Machine.Node, in machine: Machine) {
            id = node.id
            cpus = node.cpus.list
            localCpus = node.localCPUs.list
            memoryBytes = node.memoryBytes
            memoryKind = node.memoryKind
            deviceMemory = node.isDeviceMemory
            distances = machine.distances.map { matrix in
                machine.nodes.map { Explicit(wrappedValue: matrix.distance(from: node.id, to: $0.id)) }
            }
            hugepages = Dictionary(
                node.hugepages.map {
                    ($0.resource.rawValue, Pool(totalBytes: $0.totalBytes, freeBytes: $0.freeBytes))
                },
                uniquingKeysWith: { first, _ in first })
        }
    }

    private struct CPU: Encodable {
        var id, socket, die, cache, core, speed: Int
        @Explicit var node: Int?
        var online, allowed: Bool

        init(_ cpu: Machine.CPU) {
            (id, socket, die, cache, core, speed) =
                (cpu.id, cpu.socket, cpu.die, cpu.cache, cpu.core, cpu.speed)
            node = cpu.node < 0 ? nil : cpu.node
            (online, allowed) = (cpu.isOnline, cpu.isAllowed)
        }
    }

    private struct PCIDevice: Encodable {
        var address, `class`, vendor, device, subsystemVendor, subsystemDevice: String
        var programmingInterface: String
        /// Maker and model; null where the platform has no names.
        @Explicit var name: String?
        @Explicit var numaNodes: [Int]?
        /// The nodes are those of a bridge above it, not its own.
        var inheritsNodes: Bool
        var path: [String]
        @Explicit var driver: String?
        @Explicit var physicalFunction: String?
        @Explicit var virtualIndex: Int?
        var virtualLimit: Int

        init(_ device: Device) {
            address = device.address
            self.class = (device.classCode >> 8).hex(4)
            programmingInterface = (device.classCode & 0xff).hex(2)
            vendor = device.vendor.hex(4)
            self.device = device.device.hex(4)
            subsystemVendor = device.subsystemVendor.hex(4)
            subsystemDevice = device.subsystemDevice.hex(4)
            if case .nodes(let nodes) = device.locality { numaNodes = nodes.members }
            if case .any = device.locality { numaNodes = [] }
            (name, inheritsNodes) = (device.name, device.hasInheritedLocality)
            (path, driver, physicalFunction) = (device.path, device.driver, device.physicalFunction)
            (virtualIndex, virtualLimit) = (device.virtualIndex, device.virtualLimit)
        }
    }
}

/// A value that is written as null where there is none, instead of being left out.
@propertyWrapper
struct Explicit<Value: Encodable & Sendable>: Encodable, Sendable {
    var wrappedValue: Value?

    init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
}
