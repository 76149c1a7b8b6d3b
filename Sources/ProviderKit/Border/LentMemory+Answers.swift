// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import NUMACore

extension LentMemory {
    /// Hands one answer to the host's sink.
    func deliver(_ answer: ResourceAnswer, to sink: UnsafePointer<nh_hint_sink>, _ table: nh_hint_sink) {
        let resource = unsafe string(answer.resource.rawValue)
        switch answer.placement {
        case .any:
            unsafe table.any(sink, resource)
        case .impossible(let reason):
            unsafe table.none(sink, resource, message(reason))
        case .hints(let hints):
            for hint in hints { unsafe table.hint(sink, record(self.hint(hint, resource))) }
        case .capacity(let capacity):
            unsafe table.capacity(sink, record(self.capacity(capacity, resource)))
        }
    }

    private func hint(_ hint: TopologyHint, _ resource: UnsafePointer<CChar>) -> nh_hint {
        let preferred = hint.isPreferred ? nh_hint_flags(NH_HINT_PREFERRED) : 0
        let wider = hint.includesWider ? nh_hint_flags(NH_HINT_AND_WIDER) : 0
        return unsafe nh_hint(
            struct_size: MemoryLayout<nh_hint>.size, resource: resource,
            nodes: bitset(hint.nodes ?? []), flags: preferred | wider)
    }

    private func capacity(_ capacity: Capacity, _ resource: UnsafePointer<CChar>) -> nh_capacity {
        unsafe nh_capacity(
            struct_size: MemoryLayout<nh_capacity>.size, resource: resource, need: capacity.need,
            universe: bitset(capacity.universe),
            pools: pools(capacity.pools), pool_count: capacity.pools.count,
            exact: pools(capacity.exact), exact_count: capacity.exact.count,
            must_meet: bitsets(capacity.mustMeet), must_meet_count: capacity.mustMeet.count,
            groups: bitsets(capacity.groups), group_count: capacity.groups.count,
            joint: string(capacity.joint),
            flags: capacity.elseAny ? nh_capacity_flags(NH_CAPACITY_ELSE_ANY) : 0)
    }

    private func pools(_ pools: [Capacity.Pool]) -> UnsafePointer<nh_pool>? {
        unsafe array(pools.map { unsafe nh_pool(nodes: bitset($0.nodes), free: $0.free, total: $0.total) })
    }

    private func bitsets(_ masks: [NUMANodeMask]) -> UnsafePointer<nh_bitset>? {
        unsafe array(masks.map { unsafe bitset($0) })
    }

    /// A piece in C's shape.
    func assignment(_ piece: Assignment) -> UnsafePointer<nh_assignment> {
        var shares: [nh_share] = []
        let kind: Int
        let set: nh_bitset
        var id: String?
        let quantity: UInt64
        switch piece.piece {
        case .cpus(let cpus):
            kind = NH_ASSIGN_CPUS
            unsafe set = bitset(cpus)
            quantity = UInt64(cpus.count) * 1000
        case .memory(let nodes, let bytes, let parts):
            kind = NH_ASSIGN_MEMORY
            unsafe set = bitset(nodes)
            quantity = bytes
            shares = parts.map { nh_share(node: UInt64(clamping: $0.node), quantity: $0.bytes) }
        case .device(let name, let nodes):
            kind = NH_ASSIGN_DEVICE
            unsafe set = bitset(nodes)
            id = name
            quantity = 1
        }
        return unsafe UnsafePointer(
            record(
                nh_assignment(
                    struct_size: MemoryLayout<nh_assignment>.size, kind: nh_assignment_kind(kind),
                    resource: string(piece.resource.rawValue), id: string(id), set: set, quantity: quantity,
                    shares: array(shares), share_count: shares.count,
                    attributes: pairs(piece.attributes.map { ($0.key, $0.value) }),
                    attribute_count: piece.attributes.count, taken_from: string(piece.takenFrom))))
    }

    func stock(_ stock: Stock) -> UnsafePointer<nh_stock> {
        let (locality, nodes) = stock.locality.parts
        return unsafe UnsafePointer(
            record(
                nh_stock(
                    struct_size: MemoryLayout<nh_stock>.size, resource: string(stock.resource.rawValue),
                    locality: locality, flags: 0, nodes: bitset(nodes), free: stock.free, total: stock.total))
        )
    }

    func device(_ device: ListedDevice) -> UnsafePointer<nh_device> {
        let (locality, nodes) = device.locality.parts
        let flags =
            (device.isHealthy ? nh_device_flags(NH_DEVICE_HEALTHY) : 0)
            | (device.isFree ? nh_device_flags(NH_DEVICE_FREE) : 0)
        return unsafe UnsafePointer(
            record(
                nh_device(
                    struct_size: MemoryLayout<nh_device>.size, id: string(device.id),
                    resource: string(device.resource.rawValue), group: string(device.group),
                    path: string(device.path), locality: locality, flags: flags, nodes: bitset(nodes),
                    problem: string(device.problem))))
    }

    func memoryState(_ state: MemoryState) -> UnsafePointer<nh_memory_node> {
        let tables = unsafe state.tables.sorted { $0.resource < $1.resource }.map { table in
            unsafe UnsafePointer(
                record(
                    nh_memory(
                        struct_size: MemoryLayout<nh_memory>.size, resource: string(table.resource.rawValue),
                        total: table.total, system_reserved: table.systemReserved,
                        allocatable: table.allocatable, free: table.free)))
        }
        return unsafe UnsafePointer(
            record(
                nh_memory_node(
                    struct_size: MemoryLayout<nh_memory_node>.size, id: UInt32(clamping: state.node),
                    assignments: UInt32(clamping: state.assignments), cells: bitset(state.cells),
                    memory: array(tables), memory_count: tables.count)))
    }
}
