// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider

/// The records of numa_hints_provider.h and numa_hints_extensions.h.
extension RecordShape {
    private static let bitset = unsafe RecordShape(nh_bitset.self, isSized: false, [.set(0)])
    private static let share = RecordShape(plain: nh_share.self)
    private static let resource = unsafe RecordShape(
        nh_resource.self, isSized: false, [.text(\nh_resource.name), .plain(\nh_resource.quantity)])
    private static let pair = unsafe RecordShape(
        nh_pair.self, isSized: false, [.text(\nh_pair.key), .text(\nh_pair.value)])
    private static let pool = unsafe RecordShape(
        nh_pool.self, isSized: false, [.set(\nh_pool.nodes), .plain(\nh_pool.free), .plain(\nh_pool.total)])

    package static let message = unsafe RecordShape(
        nh_message.self,
        [
            .text(\nh_message.text), .text(\nh_message.code),
            .array(\nh_message.facts, \nh_message.fact_count, pair),
        ])

    package static let assignment = unsafe RecordShape(
        nh_assignment.self,
        [
            .plain(\nh_assignment.kind), .text(\nh_assignment.resource), .text(\nh_assignment.id),
            .set(\nh_assignment.set), .plain(\nh_assignment.quantity),
            .array(\nh_assignment.shares, \nh_assignment.share_count, share),
            .array(\nh_assignment.attributes, \nh_assignment.attribute_count, pair),
            .text(\nh_assignment.taken_from),
        ])

    private static let container = unsafe RecordShape(
        nh_container.self,
        [
            .text(\nh_container.name), .plain(\nh_container.kind),
            .array(\nh_container.resources, \nh_container.resource_count, resource),
            .list(\nh_container.held, \nh_container.held_count, assignment),
        ])

    package static let request = unsafe RecordShape(
        nh_request.self,
        [
            .text(\nh_request.pod_uid), .plain(\nh_request.qos),
            .list(\nh_request.containers, \nh_request.container_count, container),
            .element(
                Member.offset(\nh_request.container), of: Member.offset(\nh_request.containers),
                count: Member.offset(\nh_request.container_count)),
            .set(\nh_request.candidate_nodes),
        ])

    package static let holder = unsafe RecordShape(
        nh_holder.self, [.text(\nh_holder.pod_uid), .text(\nh_holder.container)])

    package static let hint = unsafe RecordShape(
        nh_hint.self, [.text(\nh_hint.resource), .set(\nh_hint.nodes), .plain(\nh_hint.flags)])

    package static let capacity = unsafe RecordShape(
        nh_capacity.self,
        [
            .text(\nh_capacity.resource), .plain(\nh_capacity.need), .set(\nh_capacity.universe),
            .array(\nh_capacity.pools, \nh_capacity.pool_count, pool),
            .array(\nh_capacity.exact, \nh_capacity.exact_count, pool),
            .array(\nh_capacity.must_meet, \nh_capacity.must_meet_count, bitset),
            .array(\nh_capacity.groups, \nh_capacity.group_count, bitset), .text(\nh_capacity.joint),
            .plain(\nh_capacity.flags),
        ])

    private static let affinity = unsafe RecordShape(
        nh_affinity.self, [.set(\nh_affinity.nodes), .plain(\nh_affinity.flags)])

    package static let placement = unsafe RecordShape(
        nh_placement.self,
        [
            .record(Member.offset(\nh_placement.affinity), affinity),
            .list(\nh_placement.wanted, \nh_placement.wanted_count, assignment),
        ])

    package static let descriptor = unsafe RecordShape(
        nh_descriptor.self,
        [
            .text(\nh_descriptor.id), .text(\nh_descriptor.version), .text(\nh_descriptor.summary),
            .plain(\nh_descriptor.flags),
        ])

    // MARK: Extensions

    package static let device = unsafe RecordShape(
        nh_device.self,
        [
            .text(\nh_device.id), .text(\nh_device.resource), .text(\nh_device.group), .text(\nh_device.path),
            .plain(\nh_device.locality), .plain(\nh_device.flags), .set(\nh_device.nodes),
            .text(\nh_device.problem),
        ])

    package static let stock = unsafe RecordShape(
        nh_stock.self,
        [
            .text(\nh_stock.resource), .plain(\nh_stock.locality), .plain(\nh_stock.flags), .set(\nh_stock.nodes),
            .plain(\nh_stock.free), .plain(\nh_stock.total),
        ])

    /// A set alone, as numa-hints.cpus/1 shows it.
    package static let cpus = bitset

    private static let memory = unsafe RecordShape(
        nh_memory.self,
        [
            .text(\nh_memory.resource), .plain(\nh_memory.total), .plain(\nh_memory.system_reserved),
            .plain(\nh_memory.allocatable), .plain(\nh_memory.free),
        ])

    package static let memoryNode = unsafe RecordShape(
        nh_memory_node.self,
        [
            .plain(\nh_memory_node.id), .plain(\nh_memory_node.assignments), .set(\nh_memory_node.cells),
            .list(\nh_memory_node.memory, \nh_memory_node.memory_count, memory),
        ])

    // MARK: Machine

    private static let node = unsafe RecordShape(
        nh_node.self,
        [
            .plain(\nh_node.id), .plain(\nh_node.flags),
            .array(\nh_node.memory, \nh_node.memory_count, resource),
            .numberByNode(Member.offset(\nh_node.distances)), .text(\nh_node.kind), .set(\nh_node.local_cpus),
        ])

    private static let cpu = unsafe RecordShape(
        nh_cpu.self,
        // Numbers from the first member after its size to its end.
        [.plain(Member.offset(\nh_cpu.id), bytes: MemoryLayout<nh_cpu>.size - Member.offset(\nh_cpu.id))])

    private static let pci = unsafe RecordShape(
        nh_pci.self,
        [
            .text(\nh_pci.address), .text(\nh_pci.path), .text(\nh_pci.driver), .text(\nh_pci.physical),
            .plain(\nh_pci.virtual_index), .plain(\nh_pci.virtual_limit), .plain(\nh_pci.vendor),
            .plain(\nh_pci.device), .plain(\nh_pci.subsystem_vendor), .plain(\nh_pci.subsystem_device),
            .plain(\nh_pci.class_code), .plain(\nh_pci.locality), .set(\nh_pci.nodes),
        ])

    package static let machine = unsafe RecordShape(
        nh_machine.self,
        [
            .list(\nh_machine.nodes, \nh_machine.node_count, node),
            .list(\nh_machine.cpus, \nh_machine.cpu_count, cpu),
            .list(\nh_machine.pci, \nh_machine.pci_count, pci),
        ])
}
