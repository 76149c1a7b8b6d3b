// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What the cpusets of a group and of those above and below it say.
public struct CpusetState: Hashable, Sendable {
    /// One group.
    public struct Group: Hashable, Sendable {
        public var path: String
        /// Empty where it has all of its parent's (version 2), or nothing yet (version 1).
        public var cpus: CPUSet
        public var nodes: NUMANodeMask
        /// It has the files of cpusets.
        public var hasCpuset: Bool
        /// What `cpuset.cpus.partition` says; nil where there is no such file.
        public var partition: String?
        /// `cpuset.cpus.exclusive`, of kernels since 6.7; nil where there is no such file.
        public var exclusive: CPUSet?

        /// The kernel keeps its CPUs from all others.
        public var isPartition: Bool { partition.map { CpusetPartition(rawValue: $0) != nil } ?? false }

        public init(
            _ path: String, cpus: CPUSet = [], nodes: NUMANodeMask = [], hasCpuset: Bool = true,
            partition: String? = nil, exclusive: CPUSet? = nil
        ) {
            self.path = path
            self.cpus = cpus
            self.nodes = nodes
            self.hasCpuset = hasCpuset
            self.partition = partition
            self.exclusive = exclusive
        }
    }

    /// From the one below the root to the parent.
    public var above: [Group]
    public var own: Group
    /// All below, parents first.
    public var below: [Group]

    public init(above: [Group], own: Group, below: [Group]) {
        self.above = above
        self.own = own
        self.below = below
    }

    /// Reads what there is.
    ///
    /// - Throws: of code `machine` if there is no such group, or it cannot be read.
    public init(of group: String, in tree: CgroupTree) throws(NUMAHintsError) {
        guard group.hasPrefix("/"), group != "/", !group.split(separator: "/").contains("..") else {
            throw NUMAHintsError(.usage, "a cgroup is a path below the root, like /pods/a, found \"\(group)\"")
        }
        guard tree.exists(group) else {
            throw NUMAHintsError(.machine, "there is no such cgroup", file: tree.path(group, "cpuset.cpus"))
        }
        above = []
        let parts = group.split(separator: "/")
        for count in 1..<max(1, parts.count) {
            above.append(try Self.read("/" + parts.prefix(count).joined(separator: "/"), tree))
        }
        own = try Self.read("/" + parts.joined(separator: "/"), tree)
        below = []
        for path in try tree.subtree(of: own.path).dropFirst() { below.append(try Self.read(path, tree)) }
    }

    private static func read(_ path: String, _ tree: CgroupTree) throws(NUMAHintsError) -> Group {
        guard tree.exists(path, "cpuset.cpus") else { return Group(path, hasCpuset: false) }
        func set<Members: NumberSet>(_ file: String) throws(NUMAHintsError) -> Members {
            let text = try tree.read(path, file)
            guard !text.isEmpty else { return Members() }
            guard let set = Members(list: text, limit: 1 << 20) else {
                throw NUMAHintsError(
                    .machine, "expected a list like 0-3,8, found \"\(text.prefix(80))\"", file: tree.path(path, file))
            }
            return set
        }
        var group = Group(path, cpus: try set("cpuset.cpus"), nodes: try set("cpuset.mems"))
        guard tree.version == .v2 else { return group }
        if tree.exists(path, CpusetPartition.file) { group.partition = try tree.read(path, CpusetPartition.file) }
        if tree.exists(path, CpusetPartition.exclusiveFile) {
            group.exclusive = try set(CpusetPartition.exclusiveFile)
        }
        return group
    }
}
