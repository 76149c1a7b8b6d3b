// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// The capacity form of an answer, read and checked.
enum CapacityRecord {
    /// The value of a record whose size was checked.
    static func value(
        _ record: UnsafePointer<nh_capacity>, candidates: NUMANodeMask
    ) throws(BrokenRule) -> Capacity {
        let universe: NUMANodeMask = try unsafe BorderRecord.set(record.pointee.universe, "universe")
        guard universe.isSubset(of: candidates) else {
            let others = universe.subtracting(candidates).list
            throw BrokenRule("node(s) \(others) in its universe, not candidates", .hintBounds)
        }
        let pools = try unsafe pools(record.pointee.pools, record.pointee.pool_count, "pools")
        if let pool = pools.first(where: { $0.free > $0.total }) {
            throw BrokenRule("a pool on \(pool.nodes) with \(pool.free) free of \(pool.total)", .capacity)
        }
        let flags = unsafe record.pointee.flags
        return Capacity(
            need: unsafe record.pointee.need, universe: universe, pools: pools,
            exact: try unsafe self.pools(record.pointee.exact, record.pointee.exact_count, "exact pools"),
            mustMeet: try unsafe masks(record.pointee.must_meet, record.pointee.must_meet_count, "must_meet"),
            groups: try unsafe masks(record.pointee.groups, record.pointee.group_count, "groups"),
            joint: try unsafe BorderRecord.optionalText(record.pointee.joint, "a joint name"),
            elseAny: flags & nh_capacity_flags(NH_CAPACITY_ELSE_ANY) != 0)
    }

    private static func masks(_ start: UnsafePointer<nh_bitset>?, _ count: Int, _ member: StaticString)
        throws(BrokenRule) -> [NUMANodeMask]
    {
        try unsafe BorderRecord.array(start, count, "\(member)") { (set) throws(BrokenRule) in
            try unsafe BorderRecord.set(set, "\(member)")
        }
    }

    private static func pools(_ start: UnsafePointer<nh_pool>?, _ count: Int, _ member: StaticString)
        throws(BrokenRule) -> [Capacity.Pool]
    {
        try unsafe BorderRecord.array(start, count, "\(member)") { (pool) throws(BrokenRule) in
            Capacity.Pool(
                nodes: try unsafe BorderRecord.set(pool.nodes, "\(member).nodes"), free: unsafe pool.free,
                total: unsafe pool.total)
        }
    }
}
