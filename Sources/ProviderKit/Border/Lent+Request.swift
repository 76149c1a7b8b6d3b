// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

// What the host lends, as values. Source: numa_hints_provider.h.

extension NumberSet {
    init(_ lent: nh_bitset) {
        let words = unsafe UnsafeBufferPointer(start: lent.words, count: lent.words == nil ? 0 : lent.word_count)
        self.init(bits: unsafe BitWords(words: words))
    }
}

extension ResourceAmounts {
    init(_ list: UnsafePointer<nh_resource>?, _ count: Int) {
        let elements = unsafe lentElements(list, count)
        unsafe self.init(elements.lazy.map { unsafe ResourceAmount(ResourceName(text($0.name)), $0.quantity) })
    }
}

extension ResourceRequest {
    /// The request that is lent, and which of its containers it is about.
    init(_ pointer: UnsafePointer<nh_request>) throws(ProviderError) {
        let request = unsafe try lent(pointer)
        var specs: [ContainerSpec] = []
        var held: [[Assignment]] = []
        var place: Int?
        let containers = unsafe lentElements(request.containers, request.container_count)
        for index in containers.indices {
            let pointer = unsafe containers[index]
            let container = unsafe try lent(pointer)
            // By its address, or else by its name: a host may lend a copy.
            if place == nil, unsafe pointer == request.container { place = index }
            specs.append(unsafe ContainerSpec(container))
            let pieces = unsafe lentElements(container.held, container.held_count)
            var known: [Assignment] = []
            for index in pieces.indices {
                if let piece = unsafe Assignment(try lent(pieces[index])) { known.append(piece) }
            }
            held.append(known)
        }
        if place == nil, let subject = unsafe request.container {
            place = unsafe try Self.place(of: subject, in: specs)
        }
        let uid = unsafe text(request.pod_uid)
        self.init(
            pod: PodSpec(uid: uid, name: uid, containers: specs, qos: unsafe QOSClass(request.qos)),
            container: place, candidateNodes: unsafe NUMANodeMask(request.candidate_nodes), held: held)
    }

    private static func place(
        of subject: UnsafePointer<nh_container>, in containers: [ContainerSpec]
    ) throws(ProviderError) -> Int {
        let name = unsafe try text(lent(subject).name)
        guard let index = containers.firstIndex(where: { $0.name == name }) else {
            throw ProviderError(
                .invalid, "the request is about container \(name), which is not one of the pod's")
        }
        return index
    }
}

extension ContainerSpec {
    init(_ container: nh_container) {
        let kind: Kind =
            switch unsafe Int(container.kind) {
            case NH_CONTAINER_INIT: .initialization
            case NH_CONTAINER_SIDECAR: .sidecar
            default: .app
            }
        unsafe self.init(
            name: text(container.name), kind: kind,
            requests: ResourceAmounts(container.resources, container.resource_count))
    }
}

extension QOSClass {
    init(_ lent: nh_qos) {
        switch Int(lent) {
        case NH_QOS_GUARANTEED: self = .guaranteed
        case NH_QOS_BURSTABLE: self = .burstable
        default: self = .bestEffort
        }
    }
}

extension Assignment {
    /// The piece, or nil if it is of a kind that is not known here.
    init?(_ lent: nh_assignment) {
        let piece: Piece
        switch unsafe Int(lent.kind) {
        case NH_ASSIGN_CPUS:
            piece = unsafe .cpus(CPUSet(lent.set))
        case NH_ASSIGN_MEMORY:
            let shares = unsafe lentArray(lent.shares, lent.share_count) {
                Share(node: Int(clamping: $0.node), bytes: $0.quantity)
            }
            piece = unsafe .memory(nodes: NUMANodeMask(lent.set), bytes: lent.quantity, shares: shares)
        case NH_ASSIGN_DEVICE:
            guard let id = unsafe optionalText(lent.id) else { return nil }
            piece = unsafe .device(id: id, nodes: NUMANodeMask(lent.set))
        default: return nil
        }
        let attributes = unsafe lentArray(lent.attributes, lent.attribute_count) { pair in
            unsafe Attribute(text(pair.key), text(pair.value))
        }
        unsafe self.init(
            ResourceName(text(lent.resource)), piece, attributes: attributes,
            takenFrom: optionalText(lent.taken_from))
    }
}

extension Placement {
    init(_ pointer: UnsafePointer<nh_placement>) throws(ProviderError) {
        let placement = unsafe try lent(pointer)
        let affinity = unsafe try lent(placement.affinity)
        let nodes = unsafe NUMANodeMask(affinity.nodes)
        let preferred = unsafe affinity.flags & nh_hint_flags(NH_HINT_PREFERRED) != 0
        let wanted = unsafe try lentList(placement.wanted, placement.wanted_count) {
            (piece) throws(ProviderError) in unsafe Assignment(piece)
        }
        guard wanted.allSatisfy({ $0 != nil }) else {
            throw ProviderError(.unsupported, "a piece of a kind that is not known here is wanted")
        }
        self.init(
            affinity: TopologyHint(nodes: nodes.isEmpty ? nil : nodes, isPreferred: preferred),
            wanted: wanted.compactMap { $0 })
    }
}

extension Holder {
    init(_ pointer: UnsafePointer<nh_holder>) throws(ProviderError) {
        let holder = unsafe try lent(pointer)
        unsafe self.init(podUID: text(holder.pod_uid), container: optionalText(holder.container))
    }
}

extension MemoryState {
    init(_ pointer: UnsafePointer<nh_memory_node>) throws(ProviderError) {
        let node = unsafe try lent(pointer)
        let tables = unsafe try lentList(node.memory, node.memory_count) { (table) throws(ProviderError) in
            unsafe Table(
                ResourceName(text(table.resource)), total: table.total, systemReserved: table.system_reserved,
                allocatable: table.allocatable, free: table.free)
        }
        unsafe self.init(
            node: Int(node.id), assignments: Int(node.assignments), cells: NUMANodeMask(node.cells), tables: tables)
    }
}
