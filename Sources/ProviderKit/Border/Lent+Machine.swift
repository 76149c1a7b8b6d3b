// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

extension Machine {
    /// The machine that the host's extension numa-hints.machine/1 shows.
    init(_ pointer: UnsafePointer<nh_machine>) throws(ProviderError) {
        let machine = unsafe try lent(pointer)
        let cpus = unsafe try lentList(machine.cpus, machine.cpu_count) { (cpu) throws(ProviderError) in
            CPU(cpu)
        }
        let usable = cpus.filter { $0.isOnline && $0.isAllowed }
        let nodes = unsafe try lentList(machine.nodes, machine.node_count) { (node) throws(ProviderError) in
            unsafe Node(node, cpus: CPUSet(usable.filter { unsafe $0.node == Int(node.id) }.map(\.id)))
        }
        let ids = nodes.map(\.id)
        let rows = unsafe try lentList(machine.nodes, machine.node_count) { (node) throws(ProviderError) in
            unsafe node.distances == nil
                ? [UInt64]() : unsafe lentArray(node.distances, ids.count) { UInt64($0) }
        }
        let devices = unsafe try lentList(machine.pci, machine.pci_count) { (device) throws(ProviderError) in
            unsafe Device(device)
        }
        self.init(nodes: nodes, cpus: cpus, distances: Distances(nodes: ids, rows: rows), devices: devices)
    }
}

extension Machine.CPU {
    init(_ lent: nh_cpu) {
        self.init(
            id: Int(lent.id), node: Int(lent.node), socket: Int(lent.socket), die: Int(lent.die),
            cache: Int(lent.cache), core: Int(lent.core), speed: Int(lent.speed),
            isOnline: lent.flags & nh_machine_flags(NH_MACHINE_ONLINE) != 0,
            isAllowed: lent.flags & nh_machine_flags(NH_MACHINE_ALLOWED) != 0)
    }
}

extension Machine.Node {
    init(_ lent: nh_node, cpus: CPUSet) {
        let amounts = unsafe ResourceAmounts(lent.memory, lent.memory_count)
        let pools = amounts.compactMap { amount in
            amount.resource.hugepageSize.map {
                Machine.HugepagePool(pageSize: $0, totalBytes: amount.quantity, freeBytes: nil)
            }
        }
        unsafe self.init(
            id: Int(lent.id), cpus: cpus, localCPUs: CPUSet(lent.local_cpus),
            memoryBytes: amounts[.memory] ?? 0, hugepages: pools.sorted { $0.pageSize < $1.pageSize },
            memoryKind: optionalText(lent.kind),
            isDeviceMemory: lent.flags & nh_machine_flags(NH_MACHINE_DEVICE_MEMORY) != 0)
    }
}

extension Device {
    init(_ lent: nh_pci) {
        let known = { (number: UInt32) in number == UInt32(NH_UNKNOWN) ? nil : Int(number) }
        unsafe self.init(
            address: text(lent.address), classCode: lent.class_code, vendor: lent.vendor, device: lent.device,
            subsystemVendor: lent.subsystem_vendor, subsystemDevice: lent.subsystem_device,
            locality: Locality(lent.locality, lent.nodes),
            path: text(lent.path).split(separator: "/").map(String.init), driver: optionalText(lent.driver),
            physicalFunction: optionalText(lent.physical), virtualIndex: known(lent.virtual_index),
            virtualLimit: known(lent.virtual_limit) ?? 0)
    }
}

extension Locality {
    init(_ locality: nh_locality, _ nodes: nh_bitset) {
        switch Int(locality) {
        case NH_LOCALITY_ANY: self = .any
        case NH_LOCALITY_SET: self = unsafe .nodes(NUMANodeMask(nodes))
        default: self = .unknown
        }
    }

    /// As the ABI says it, with the nodes to say beside it.
    var parts: (locality: nh_locality, nodes: NUMANodeMask) {
        switch self {
        case .unknown: (nh_locality(NH_LOCALITY_UNKNOWN), [])
        case .any: (nh_locality(NH_LOCALITY_ANY), [])
        case .nodes(let nodes): (nh_locality(NH_LOCALITY_SET), nodes)
        }
    }
}
