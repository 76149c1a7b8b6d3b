// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The writes that confine a group, in an order in which no task is ever without a CPU or a node.
///
/// Version 2: a set that is written counts as far as the parent has it, and sets below follow by themselves; so one
/// write a set is enough, and only the controller has to be handed down to the group. Version 1: a set must lie inside
/// its parent's and around its children's at every moment; so parents are widened from the top, the group is widened
/// to old and new together, those below are narrowed from the bottom, then the group.
public enum CpusetPlan {
    public static func writes(
        _ wanted: Confinement, from state: CpusetState, _ version: CgroupTree.Version
    ) -> [CgroupWrite] {
        switch version {
        case .v2: second(wanted, state)
        case .v1: first(wanted, state)
        }
    }

    // MARK: Version 2

    private static func second(_ wanted: Confinement, _ state: CpusetState) -> [CgroupWrite] {
        let path = state.own.path
        var writes = handingDown(state)
        if state.own.nodes != wanted.nodes { writes.append(CgroupWrite(path, "cpuset.mems", wanted.nodes.list)) }
        if state.own.cpus != wanted.cpus { writes.append(CgroupWrite(path, "cpuset.cpus", wanted.cpus.list)) }
        return writes + limits(wanted, path, "max") + partition(wanted, state)
    }

    /// The writes that let a group of version 2 have the controller.
    static func handingDown(_ state: CpusetState) -> [CgroupWrite] {
        guard !state.own.hasCpuset else { return [] }
        let missing = state.above.filter { !$0.hasCpuset }.count
        // The parent of the first group that lacks the controller has it.
        let parents = ["/"] + state.above.map(\.path)
        return parents.suffix(missing + 1).map { CgroupWrite($0, "cgroup.subtree_control", "+cpuset") }
    }

    /// The partition is last, since it takes what the group has by then, and is therefore undone first.
    ///
    /// Its parent must be a partition. Where it is none, kernels since 6.7 take a remote partition, for which the CPUs
    /// are handed down as exclusive ones from the nearest partition above; the root always is one.
    private static func partition(_ wanted: Confinement, _ state: CpusetState) -> [CgroupWrite] {
        guard let partition = wanted.partition, state.own.partition != partition.rawValue else { return [] }
        var writes: [CgroupWrite] = []
        let start = state.above.lastIndex(where: \.isPartition).map { $0 + 1 } ?? 0
        let between = state.above[start...]
        if !between.isEmpty, let own = state.own.exclusive {
            for group in between {
                let old = group.exclusive ?? []
                guard !wanted.cpus.isSubset(of: old) else { continue }
                writes.append(
                    CgroupWrite(group.path, CpusetPartition.exclusiveFile, old.union(wanted.cpus).list))
            }
            if own != wanted.cpus {
                writes.append(CgroupWrite(state.own.path, CpusetPartition.exclusiveFile, wanted.cpus.list))
            }
        }
        return writes + [CgroupWrite(state.own.path, CpusetPartition.file, partition.rawValue)]
    }

    // MARK: Version 1

    private static func first(_ wanted: Confinement, _ state: CpusetState) -> [CgroupWrite] {
        let path = state.own.path
        return [CgroupWrite(path, "cpuset.memory_migrate", "1")]
            + sets("cpuset.mems", wanted.nodes, state) { $0.nodes }
            + sets("cpuset.cpus", wanted.cpus, state) { $0.cpus }
            + limits(wanted, path, "limit_in_bytes")
    }

    private static func sets<Members: NumberSet>(
        _ file: String, _ wanted: Members, _ state: CpusetState, _ old: (CpusetState.Group) -> Members
    ) -> [CgroupWrite] {
        var writes: [CgroupWrite] = []
        for group in state.above where !wanted.isSubset(of: old(group)) {
            writes.append(CgroupWrite(group.path, file, old(group).union(wanted).list))
        }
        let before = old(state.own)
        let wide = before.union(wanted)
        let mustWiden = !state.below.isEmpty && !wanted.isSubset(of: before)
        if mustWiden { writes.append(CgroupWrite(state.own.path, file, wide.list)) }
        // What a group below keeps of its own; where nothing is kept, it has what its parent is to have.
        var targets = [state.own.path: wanted]
        for group in state.below {
            let kept = old(group).intersection(wanted)
            let parent = String(group.path[..<(group.path.lastIndex(of: "/") ?? group.path.startIndex)])
            targets[group.path] = kept.isEmpty ? targets[parent] ?? wanted : kept
        }
        func target(_ group: CpusetState.Group) -> Members { targets[group.path] ?? wanted }
        // A group below that gets something new needs it of those between, which therefore come first.
        for group in state.below where !target(group).isSubset(of: old(group)) {
            writes.append(CgroupWrite(group.path, file, old(group).union(target(group)).list))
        }
        for group in state.below.reversed() where target(group) != old(group).union(target(group)) {
            writes.append(CgroupWrite(group.path, file, target(group).list))
        }
        if (mustWiden ? wide : before) != wanted { writes.append(CgroupWrite(state.own.path, file, wanted.list)) }
        return writes
    }

    // MARK: Huge pages

    private static func limits(_ wanted: Confinement, _ path: String, _ end: String) -> [CgroupWrite] {
        wanted.hugepages.map { CgroupWrite(path, "hugetlb.\(sizeName($0.size)).\(end)", "\($0.bytes)") }
    }

    /// As the kernel names the files: `2MB`, `1GB`, `64KB`.
    static func sizeName(_ bytes: UInt64) -> String {
        if bytes >= 1 << 30 { return "\(bytes >> 30)GB" }
        return bytes >= 1 << 20 ? "\(bytes >> 20)MB" : "\(bytes >> 10)KB"
    }
}
