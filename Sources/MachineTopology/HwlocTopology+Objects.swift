// SPDX-License-Identifier: Apache-2.0

import CHwloc
import NUMACore

extension HwlocTopology {
    /// Node and CPU numbers must be below it: a wrong digit in a file must not cost gigabytes.
    static let numberLimit = 1 << 16

    var root: HwlocObject? { unsafe HwlocObject(hwloc_get_root_obj(handle), of: self) }

    /// The objects of a type, in hwloc's order.
    func objects(_ type: hwloc_obj_type_t) -> [HwlocObject] {
        let first = unsafe HwlocObject(hwloc_get_next_obj_by_type(handle, type, nil), of: self)
        return Array(
            sequence(state: first) { next in
                defer { next = next?.next }
                return next
            })
    }

    /// The CPUs that may be used; nil if there are infinitely many or too high ones.
    var allowedCPUs: CPUSet? { unsafe Self.set(hwloc_topology_get_allowed_cpuset(handle)) }

    /// The members of a bitmap of hwloc; nil if there are infinitely many or too high ones.
    static func set<Numbers: NumberSet>(_ bitmap: hwloc_const_bitmap_t?) -> Numbers? {
        var numbers = Numbers()
        guard let bitmap = unsafe bitmap else { return numbers }
        // -1 stands for both the empty set and the infinite one.
        let last = unsafe Int(hwloc_bitmap_last(bitmap))
        let isEmpty = unsafe hwloc_bitmap_iszero(bitmap) != 0
        guard last < numberLimit, last >= 0 || isEmpty else { return nil }
        var member = unsafe hwloc_bitmap_first(bitmap)
        while member >= 0 {
            numbers.insert(Int(member))
            member = unsafe hwloc_bitmap_next(bitmap, member)
        }
        return numbers
    }

    /// The distances between NUMA nodes; nil where hwloc has none.
    ///
    /// Of several matrices the one that the platform gives comes before one that a user added.
    var nodeDistances: Distances? {
        for kind in [HWLOC_DISTANCES_KIND_FROM_OS, HWLOC_DISTANCES_KIND_FROM_USER] {
            var count: UInt32 = 1
            var found: UnsafeMutablePointer<hwloc_distances_s>?
            let wanted = UInt(kind.rawValue) | UInt(HWLOC_DISTANCES_KIND_MEANS_LATENCY.rawValue)
            guard
                unsafe hwloc_distances_get_by_type(handle, HWLOC_OBJ_NUMANODE, &count, &found, wanted, 0)
                    == 0,
                count > 0, let matrix = unsafe found
            else { continue }
            defer { unsafe hwloc_distances_release(handle, matrix) }
            if let distances = unsafe Self.distances(of: matrix) { return distances }
        }
        return nil
    }

    private static func distances(of matrix: UnsafeMutablePointer<hwloc_distances_s>) -> Distances? {
        let count = unsafe Int(matrix.pointee.nbobjs)
        var ids: [Int] = []
        for place in 0..<count {
            guard let object = unsafe matrix.pointee.objs[place] else { return nil }
            unsafe ids.append(Int(object.pointee.os_index))
        }
        let order = ids.indices.sorted { ids[$0] < ids[$1] }
        let rows = order.map { row in
            order.map { column in unsafe matrix.pointee.values[row * count + column] }
        }
        return Distances(nodes: order.map { ids[$0] }, rows: rows)
    }

    /// The rank of the kind of core of each CPU, 0 the slowest; empty where all are of one kind.
    var speeds: [Int: Int] {
        var speeds: [Int: Int] = [:]
        let count = unsafe hwloc_cpukinds_get_nr(handle, 0)
        guard count > 1, let set = unsafe hwloc_bitmap_alloc() else { return speeds }
        defer { unsafe hwloc_bitmap_free(set) }
        for kind in 0..<UInt32(count) {
            var efficiency: Int32 = 0
            guard unsafe hwloc_cpukinds_get_info(handle, kind, set, &efficiency, nil, nil, 0) == 0,
                let members: CPUSet = unsafe Self.set(set)
            else { continue }
            for cpu in members { speeds[cpu] = max(0, Int(efficiency)) }
        }
        return speeds
    }
}
