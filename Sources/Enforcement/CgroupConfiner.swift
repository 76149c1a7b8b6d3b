// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Confines groups, or leaves them as they were.
public struct CgroupConfiner: Sendable {
    /// How a value comes into a file; that of the tree, except in tests that let one fail.
    typealias Writer = @Sendable (CgroupTree, CgroupWrite) throws(NUMAHintsError) -> Void

    public let tree: CgroupTree
    private let writer: Writer

    public init(_ tree: CgroupTree) {
        self.init(tree) { (tree, write) throws(NUMAHintsError) in
            try tree.write(write.value, to: write.group, write.file)
        }
    }

    init(_ tree: CgroupTree, writer: @escaping Writer) {
        self.tree = tree
        self.writer = writer
    }

    /// Writes the sets and limits of a group, and sees that the kernel follows them.
    ///
    /// - Returns: what was written, in order.
    /// - Throws: of code `machine`, naming file, value and cause; what was written before is taken back, and what could
    ///   not be taken back is named too.
    @discardableResult
    public func confine(_ group: String, to wanted: Confinement) throws(NUMAHintsError) -> [CgroupWrite] {
        guard !wanted.cpus.isEmpty, !wanted.nodes.isEmpty else {
            throw NUMAHintsError(.machine, "a group without CPUs or without nodes could not run", file: group)
        }
        var state = try CpusetState(of: group, in: tree)
        var handed: [CgroupWrite] = []
        if wanted.partition != nil {
            try checkPartitions(state)
            // What a partition needs beside its own file is seen once the group has its files.
            handed = CpusetPlan.handingDown(state)
            for write in handed { try writer(tree, write) }
            if !handed.isEmpty { state = try CpusetState(of: group, in: tree) }
        }
        let writes = CpusetPlan.writes(wanted, from: state, tree.version)
        var undo: [CgroupWrite] = []
        do throws(NUMAHintsError) {
            for write in writes {
                let old = try previous(write)
                try writer(tree, write)
                if let old { undo.append(old) }
            }
            try check(wanted, state)
        } catch {
            throw takeBack(undo, after: error)
        }
        return handed + writes
    }

    /// Lets a group's CPUs be others' again, if it is a partition and there still.
    ///
    /// - Throws: of code `machine`, naming file and cause.
    public func dissolve(_ group: String) throws(NUMAHintsError) {
        guard tree.version == .v2, tree.exists(group, CpusetPartition.file) else { return }
        guard try tree.read(group, CpusetPartition.file) != CpusetPartition.none else { return }
        try writer(tree, CgroupWrite(group, CpusetPartition.file, CpusetPartition.none))
    }

    /// Sees that a group can be asked to become a partition at all.
    ///
    /// - Throws: of code `machine` if this version of cgroups, or the kernel, has none.
    public func checkPartitions(_ state: CpusetState) throws(NUMAHintsError) {
        guard tree.version == .v2 else {
            throw NUMAHintsError(
                .machine, "partitions are of cgroup v2, and here the cpusets are of v1", file: tree.root)
        }
        guard !state.own.hasCpuset || state.own.partition != nil else {
            throw NUMAHintsError(
                .machine, "this kernel has no partitions", file: tree.path(state.own.path, CpusetPartition.file))
        }
    }

    /// What a file says, as it would be written: a partition that the kernel does not follow is what was asked for.
    private func content(_ group: String, _ file: String) throws(NUMAHintsError) -> String {
        let text = try tree.read(group, file)
        return file == CpusetPartition.file ? CpusetPartition.wanted(in: text) : text
    }

    /// The write that takes back a write; nil for one that stays, since it changes nothing for any task.
    private func previous(_ write: CgroupWrite) throws(NUMAHintsError) -> CgroupWrite? {
        guard write.file != "cgroup.subtree_control" else { return nil }
        return CgroupWrite(write.group, write.file, try content(write.group, write.file))
    }

    private func takeBack(_ writes: [CgroupWrite], after error: NUMAHintsError) -> NUMAHintsError {
        var error = error
        for write in writes.reversed() {
            do throws(NUMAHintsError) {
                try writer(tree, write)
            } catch {
                continue
            }
        }
        // Of a file that was written twice, what it said at first counts.
        let first = writes.indices.filter { index in
            !writes[..<index].contains { $0.group == writes[index].group && $0.file == writes[index].file }
        }
        let left = first.map { writes[$0] }.filter { (try? content($0.group, $0.file)) != $0.value }
        if !left.isEmpty {
            error.message += "; not as before: \(left.map { tree.path($0.group, $0.file) }.joined(separator: ", "))"
        }
        return error
    }

    /// In version 2 a set counts only as far as the groups above have it.
    private func check(_ wanted: Confinement, _ state: CpusetState) throws(NUMAHintsError) {
        guard tree.version == .v2 else { return }
        if let partition = wanted.partition {
            // The write succeeds also where the kernel then does not follow.
            let text = try tree.read(state.own.path, CpusetPartition.file)
            guard text == partition.rawValue else {
                throw NUMAHintsError(
                    .machine, "the kernel does not make it a partition: \(CpusetPartition.reason(in: text))",
                    file: tree.path(state.own.path, CpusetPartition.file))
            }
        }
        try check("cpuset.cpus", wanted.cpus, state, "CPUs") { $0.cpus }
        try check("cpuset.mems", wanted.nodes, state, "nodes") { $0.nodes }
    }

    private func check<Members: NumberSet>(
        _ file: String, _ wanted: Members, _ state: CpusetState, _ what: String,
        _ own: (CpusetState.Group) -> Members
    ) throws(NUMAHintsError) {
        let path = state.own.path
        guard tree.exists(path, file + ".effective") else { return }
        let text = try tree.read(path, file + ".effective")
        let effective = Members(list: text, limit: 1 << 20) ?? Members()
        guard effective != wanted else { return }
        let lost = wanted.subtracting(effective)
        let above = state.above.last { !own($0).isEmpty && !lost.isSubset(of: own($0)) }
        let cause =
            above.map { "\($0.path) has \(own($0).list) alone" } ?? "they are off line, or others have them alone"
        throw NUMAHintsError(
            .machine, "the group has the \(what) \(effective.list) of \(wanted.list): \(cause)",
            file: tree.path(path, file + ".effective"))
    }
}
