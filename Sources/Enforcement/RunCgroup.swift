// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// The cgroup of one process of `run`: made for it alone, and removed with it.
///
/// It is `numa-hints/<identity of the process>` below the nearest group, from that of this process upwards, that this
/// process may write and that can hand cpusets down; so what limits this process limits the command too.
public struct RunCgroup: Sendable {
    /// The group that those of all processes are below.
    static let parentName = "numa-hints"

    public let tree: CgroupTree
    /// `/user.slice/numa-hints/<identity>`.
    public let group: String
    private let base: CgroupLevel
    private let kernel: CgroupKernel
    /// Prefix of /proc.
    private let root: String

    /// Finds the place; nothing is made yet.
    ///
    /// - Parameter root: prefix of /proc.
    /// - Throws: of code `machine`, why there is none.
    public init(of process: ProcessIdentity, in tree: CgroupTree, root: String = "") throws(NUMAHintsError) {
        try self.init(of: process, in: tree, root: root, kernel: .live)
    }

    init(
        of process: ProcessIdentity, in tree: CgroupTree, root: String, kernel: CgroupKernel
    ) throws(NUMAHintsError) {
        guard tree.version == .v2 else { throw NUMAHintsError(.machine, "the cgroups are of version 1") }
        let own = try ProcessCgroup.group(of: process.pid, .v2, root: root)
        let parts = own.split(separator: "/")
        var levels: [CgroupLevel] = []
        for count in (0...parts.count).reversed() {
            levels.append(try CgroupLevel("/" + parts.prefix(count).joined(separator: "/"), in: tree))
        }
        base = try CgroupLevel.choose(levels)
        self.tree = tree
        self.kernel = kernel
        self.root = root
        group = Self.join(base.path, Self.parentName) + "/\(process)"
    }

    /// Makes the group, holds it to this, and moves the process into it.
    ///
    /// Limits of huge pages are left out where their controller is not there.
    ///
    /// - Throws: of code `machine`; groups that were made are then gone, and the process is where it was.
    public func take(_ pid: Int32, _ wanted: Confinement) throws(NUMAHintsError) {
        let parent = Self.join(base.path, Self.parentName)
        var made: [String] = []
        do throws(NUMAHintsError) {
            try handDown(base)
            if !tree.exists(parent) {
                try kernel.make(tree, parent)
                made.append(parent)
            }
            try handDown(CgroupLevel(parent, in: tree))
            removeEnded(below: parent)
            try kernel.make(tree, group)
            made.append(group)
            var wanted = wanted
            wanted.hugepages.removeAll { !tree.exists(group, "hugetlb.\(CpusetPlan.sizeName($0.size)).max") }
            try CgroupConfiner(tree, writer: kernel.write).confine(group, to: wanted)
            try kernel.write(tree, CgroupWrite(group, "cgroup.procs", "\(pid)"))
        } catch {
            for path in made.reversed() { try? kernel.remove(tree, path) }
            throw error
        }
    }

    /// One write for all: the kernel hands down all of them or none. It changes nothing for any task, and stays.
    private func handDown(_ level: CgroupLevel) throws(NUMAHintsError) {
        let words = level.missing.map { "+\($0)" }
        guard !words.isEmpty else { return }
        try kernel.write(tree, CgroupWrite(level.path, "cgroup.subtree_control", words.joined(separator: " ")))
    }

    /// Removes groups whose process has ended while others ran in them still, and that are empty now.
    private func removeEnded(below parent: String) {
        for path in (try? tree.children(of: parent)) ?? [] {
            guard let name = path.split(separator: "/").last, let process = ProcessIdentity(String(name)),
                !process.isAlive(root: root)
            else { continue }
            try? kernel.remove(tree, path)
        }
    }

    /// Removes the group, if nobody else did.
    ///
    /// - Throws: of code `machine`, where processes that the command left behind run in it still.
    public func remove() throws(NUMAHintsError) {
        guard tree.exists(group) else { return }
        try kernel.remove(tree, group)
    }

    /// Removes the group of a process that has ended, if it is one of these and still there.
    ///
    /// - Throws: as ``remove()``.
    public static func remove(_ group: String, of process: ProcessIdentity, in tree: CgroupTree)
        throws(NUMAHintsError)
    {
        guard group.hasSuffix("/\(parentName)/\(process)"), tree.exists(group) else { return }
        try CgroupKernel.live.remove(tree, group)
    }

    private static func join(_ group: String, _ name: String) -> String {
        group == "/" ? "/" + name : group + "/" + name
    }
}
