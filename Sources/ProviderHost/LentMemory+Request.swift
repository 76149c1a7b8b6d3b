// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import NUMACore

/// Requests and what they hold, as records.
extension LentMemory {
    /// - Parameter view: what the provider claims and is shown; it is shown no other resources.
    func request(_ request: ResourceRequest, _ view: ResourceView) -> UnsafePointer<nh_request> {
        var subject: UnsafePointer<nh_container>?
        let containers = unsafe array(of: request.pod.containers.indices) { index in
            let lent = unsafe record(
                container(
                    request.pod.containers[index],
                    held: request.held.indices.contains(index) ? request.held[index] : [], view))
            if index == request.container { unsafe subject = lent }
            return unsafe lent
        }
        return unsafe record(
            nh_request(
                struct_size: MemoryLayout<nh_request>.size, pod_uid: string(request.pod.uid),
                qos: qos(request.pod.qos), containers: containers.baseAddress, container_count: containers.count,
                container: subject, candidate_nodes: bitset(request.candidateNodes)))
    }

    /// - Parameter view: what the provider claims; it is shown no other pieces.
    func placement(_ placement: Placement, _ view: ResourceView) -> UnsafePointer<nh_placement> {
        let affinity = unsafe record(
            nh_affinity(
                struct_size: MemoryLayout<nh_affinity>.size, nodes: bitset(placement.affinity.nodes ?? []),
                flags: placement.affinity.isPreferred ? nh_hint_flags(NH_HINT_PREFERRED) : 0))
        let wanted = unsafe array(of: placement.wanted) {
            unsafe view.isClaimed($0.resource) ? record(assignment($0)) : nil
        }
        return unsafe record(
            nh_placement(
                struct_size: MemoryLayout<nh_placement>.size, affinity: affinity, wanted: wanted.baseAddress,
                wanted_count: wanted.count))
    }

    func holder(_ holder: Holder) -> UnsafePointer<nh_holder> {
        unsafe record(
            nh_holder(
                struct_size: MemoryLayout<nh_holder>.size, pod_uid: string(holder.podUID),
                container: holder.container.map { unsafe string($0) }))
    }

    private func container(
        _ container: ContainerSpec, held: [Assignment], _ view: ResourceView
    ) -> nh_container {
        let resources = unsafe array(of: container.requests) {
            unsafe view.isSeen($0.resource)
                ? nh_resource(name: string($0.resource.rawValue), quantity: $0.quantity) : nil
        }
        let pieces = unsafe array(of: held) { unsafe view.isSeen($0.resource) ? record(assignment($0)) : nil }
        return unsafe nh_container(
            struct_size: MemoryLayout<nh_container>.size, name: string(container.name),
            kind: kind(container.kind), resources: resources.baseAddress,
            resource_count: resources.count, held: pieces.baseAddress, held_count: pieces.count)
    }

    private func assignment(_ assignment: Assignment) -> nh_assignment {
        var kind = nh_assignment_kind(NH_ASSIGN_CPUS)
        var id: UnsafePointer<CChar>?
        var set = unsafe bitset(CPUSet())
        var quantity: UInt64 = 0
        var shares: [nh_share] = []
        switch assignment.piece {
        case .cpus(let cpus):
            unsafe set = bitset(cpus)
            quantity = UInt64(cpus.count) * 1000
        case .memory(let nodes, let bytes, let parts):
            kind = nh_assignment_kind(NH_ASSIGN_MEMORY)
            unsafe set = bitset(nodes)
            quantity = bytes
            shares = parts.map { nh_share(node: UInt64(clamping: $0.node), quantity: $0.bytes) }
        case .device(let name, let nodes):
            kind = nh_assignment_kind(NH_ASSIGN_DEVICE)
            unsafe id = string(name)
            unsafe set = bitset(nodes)
            quantity = 1
        }
        let attributes = unsafe array(of: assignment.attributes) {
            unsafe nh_pair(key: string($0.key), value: string($0.value))
        }
        return unsafe nh_assignment(
            struct_size: MemoryLayout<nh_assignment>.size, kind: kind,
            resource: string(assignment.resource.rawValue), id: id, set: set, quantity: quantity,
            shares: array(shares), share_count: shares.count, attributes: attributes.baseAddress,
            attribute_count: attributes.count, taken_from: assignment.takenFrom.map { unsafe string($0) })
    }

    private func qos(_ qos: QOSClass) -> nh_qos {
        switch qos {
        case .bestEffort: nh_qos(NH_QOS_BEST_EFFORT)
        case .burstable: nh_qos(NH_QOS_BURSTABLE)
        case .guaranteed: nh_qos(NH_QOS_GUARANTEED)
        }
    }

    private func kind(_ kind: ContainerSpec.Kind) -> nh_container_kind {
        switch kind {
        case .app: nh_container_kind(NH_CONTAINER_APP)
        case .initialization: nh_container_kind(NH_CONTAINER_INIT)
        case .sidecar: nh_container_kind(NH_CONTAINER_SIDECAR)
        }
    }
}
