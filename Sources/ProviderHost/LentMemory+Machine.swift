// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import NUMACore

/// The machine as the table of the extension numa-hints.machine/1.
extension LentMemory {
    func machine(_ machine: Machine) -> UnsafePointer<nh_machine> {
        let nodes = unsafe machine.nodes.sorted { $0.id < $1.id }.map { unsafe node($0, machine.distances) }
        let cpus = machine.cpus.sorted { $0.id < $1.id }.map { cpu($0) }
        let pci = unsafe machine.devices.sorted { $0.address < $1.address }.map { unsafe self.pci($0) }
        return unsafe record(
            nh_machine(
                struct_size: MemoryLayout<nh_machine>.size, nodes: list(nodes), node_count: nodes.count,
                cpus: list(cpus), cpu_count: cpus.count, pci: list(pci), pci_count: pci.count))
    }

    private func node(_ node: Machine.Node, _ distances: Distances?) -> nh_node {
        var memory = [ResourceAmount(.memory, node.memoryBytes)]
        memory += node.hugepages.map { ResourceAmount($0.resource, $0.totalBytes) }
        let resources = unsafe memory.map {
            unsafe nh_resource(name: string($0.resource.rawValue), quantity: $0.quantity)
        }
        var flags = NH_MACHINE_ONLINE.rawFlag | NH_MACHINE_ALLOWED.rawFlag
        if node.isDeviceMemory { flags |= NH_MACHINE_DEVICE_MEMORY.rawFlag }
        return unsafe nh_node(
            struct_size: MemoryLayout<nh_node>.size, id: UInt32(clamping: node.id), flags: flags,
            memory: array(resources), memory_count: resources.count,
            distances: distances.flatMap { unsafe row(of: node.id, $0) },
            kind: node.memoryKind.map { unsafe string($0) }, local_cpus: bitset(node.localCPUs))
    }

    private func row(of node: Int, _ distances: Distances) -> UnsafePointer<UInt32>? {
        guard let place = distances.nodes.firstIndex(of: node) else { return nil }
        return unsafe array(distances.rows[place].map { UInt32(clamping: $0) })
    }

    private func cpu(_ cpu: Machine.CPU) -> nh_cpu {
        var flags: nh_machine_flags = 0
        if cpu.isOnline { flags |= NH_MACHINE_ONLINE.rawFlag }
        if cpu.isAllowed { flags |= NH_MACHINE_ALLOWED.rawFlag }
        return nh_cpu(
            struct_size: MemoryLayout<nh_cpu>.size, id: UInt32(clamping: cpu.id),
            node: UInt32(clamping: cpu.node), socket: UInt32(clamping: cpu.socket),
            die: UInt32(clamping: cpu.die), cache: UInt32(clamping: cpu.cache),
            core: UInt32(clamping: cpu.core), speed: UInt32(clamping: cpu.speed), flags: flags)
    }

    private func pci(_ device: Device) -> nh_pci {
        var locality = nh_locality(NH_LOCALITY_UNKNOWN)
        var nodes = NUMANodeMask()
        switch device.locality {
        case .unknown: break
        case .any: locality = nh_locality(NH_LOCALITY_ANY)
        case .nodes(let mask): (locality, nodes) = (nh_locality(NH_LOCALITY_SET), mask)
        }
        return unsafe nh_pci(
            struct_size: MemoryLayout<nh_pci>.size, address: string(device.address),
            path: string(device.path.joined(separator: "/")), driver: device.driver.map { unsafe string($0) },
            physical: device.physicalFunction.map { unsafe string($0) },
            virtual_index: device.virtualIndex.map { UInt32(clamping: $0) } ?? NH_UNKNOWN,
            virtual_limit: UInt32(clamping: device.virtualLimit), vendor: device.vendor,
            device: device.device, subsystem_vendor: device.subsystemVendor,
            subsystem_device: device.subsystemDevice, class_code: device.classCode, locality: locality,
            nodes: bitset(nodes))
    }
}

/// What books of memory say of a node.
extension LentMemory {
    func memoryState(_ state: MemoryState) -> UnsafePointer<nh_memory_node> {
        let tables = unsafe state.tables.map { table in
            unsafe nh_memory(
                struct_size: MemoryLayout<nh_memory>.size, resource: string(table.resource.rawValue),
                total: table.total, system_reserved: table.systemReserved, allocatable: table.allocatable,
                free: table.free)
        }
        return unsafe record(
            nh_memory_node(
                struct_size: MemoryLayout<nh_memory_node>.size, id: UInt32(clamping: state.node),
                assignments: UInt32(clamping: state.assignments), cells: bitset(state.cells), memory: list(tables),
                memory_count: tables.count))
    }
}

extension Int {
    /// An anonymous C constant, which arrives as an Int, as machine flags.
    fileprivate var rawFlag: nh_machine_flags { nh_machine_flags(self) }
}
