// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
import NUMACore

/// The capacity form of an answer, read and checked.
enum CapacityRecord {
    struct BrokenRule: Error {
        var text: String
    }

    /// The value of a record, or the rule that it breaks, in words that follow "capacity for RESOURCE".
    static func value(
        _ record: UnsafePointer<nh_capacity>, candidates: NUMANodeMask
    ) -> Result<Capacity, BrokenRule> {
        do throws(BrokenRule) {
            guard unsafe BorderRecord.has(record, \.flags) else { throw BrokenRule(text: "is too short") }
            let universe = try unsafe mask(record.pointee.universe, "universe")
            guard universe.isSubset(of: candidates) else {
                let others = universe.subtracting(candidates).list
                throw BrokenRule(text: "has node(s) \(others) in its universe, not candidates")
            }
            let flags = unsafe record.pointee.flags
            return .success(
                Capacity(
                    need: unsafe record.pointee.need, universe: universe,
                    pools: try unsafe pools(record.pointee.pools, record.pointee.pool_count, "pools"),
                    exact: try unsafe pools(record.pointee.exact, record.pointee.exact_count, "exact pools"),
                    mustMeet: try unsafe masks(
                        record.pointee.must_meet, record.pointee.must_meet_count, "must_meet"),
                    groups: try unsafe masks(record.pointee.groups, record.pointee.group_count, "groups"),
                    joint: unsafe BorderRecord.text(record.pointee.joint),
                    elseAny: flags & nh_capacity_flags(NH_CAPACITY_ELSE_ANY) != 0))
        } catch {
            return .failure(error)
        }
    }

    private static func mask(_ set: nh_bitset, _ member: String) throws(BrokenRule) -> NUMANodeMask {
        guard let mask: NUMANodeMask = unsafe BorderRecord.set(set) else { throw wordless(member) }
        return mask
    }

    private static func masks(_ start: UnsafePointer<nh_bitset>?, _ count: Int, _ member: String)
        throws(BrokenRule) -> [NUMANodeMask]
    {
        let read = unsafe BorderRecord.array(start, count) { set -> NUMANodeMask? in
            unsafe BorderRecord.set(set)
        }
        guard let read else { throw placeless(member, count) }
        let masks = read.compactMap(\.self)
        guard masks.count == read.count else { throw wordless(member) }
        return masks
    }

    private static func pools(_ start: UnsafePointer<nh_pool>?, _ count: Int, _ member: String)
        throws(BrokenRule) -> [Capacity.Pool]
    {
        let read = unsafe BorderRecord.array(start, count) { record -> Capacity.Pool? in
            guard let nodes: NUMANodeMask = unsafe BorderRecord.set(record.nodes) else { return nil }
            return Capacity.Pool(nodes: nodes, free: unsafe record.free, total: unsafe record.total)
        }
        guard let read else { throw placeless(member, count) }
        let pools = read.compactMap(\.self)
        guard pools.count == read.count else { throw wordless(member) }
        return pools
    }

    private static func wordless(_ member: String) -> BrokenRule {
        BrokenRule(text: "has \(member) whose words are NULL though their count is not 0")
    }

    private static func placeless(_ member: String, _ count: Int) -> BrokenRule {
        BrokenRule(text: "has \(member) NULL though their count is \(count)")
    }
}
