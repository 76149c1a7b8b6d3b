// SPDX-License-Identifier: Apache-2.0

import Glibc
import NUMACore

/// A group of version 2 below which another is wanted: what it allows.
///
/// Source: "No Internal Process Constraint" and "Delegation" of the kernel's Documentation/admin-guide/cgroup-v2.rst.
struct CgroupLevel: Hashable, Sendable {
    var path: String
    /// The controllers that it has.
    var controllers: Set<String>
    /// The controllers that groups below it have.
    var handedDown: Set<String>
    /// The root of all cgroups, to which most rules do not apply; the root of a namespace is none.
    var isRoot: Bool
    /// Its processes and those below are kept apart as whole processes, not thread by thread.
    var isDomain: Bool
    /// Itself, those below not counted.
    var hasProcesses: Bool
    /// This process may make groups in it, and move processes below it.
    var isWritable: Bool

    /// Reads what there is.
    init(_ path: String, in tree: CgroupTree) throws(NUMAHintsError) {
        func words(_ file: String) throws(NUMAHintsError) -> Set<String> {
            Set(try tree.read(path, file).split(whereSeparator: \.isWhitespace).map(String.init))
        }
        self.path = path
        controllers = try words("cgroup.controllers")
        handedDown = try words("cgroup.subtree_control")
        isRoot = !tree.exists(path, "cgroup.type")
        isDomain = isRoot ? true : try tree.read(path, "cgroup.type") == "domain"
        hasProcesses = try !tree.read(path, "cgroup.procs").isEmpty
        let files = ["cgroup.procs", "cgroup.subtree_control"].map { tree.path(path, $0) }
        isWritable = ([tree.folder(of: path)] + files).allSatisfy { unsafe access($0, W_OK) == 0 }
    }

    init(
        _ path: String, controllers: Set<String> = ["cpuset", "hugetlb"], handedDown: Set<String> = [],
        isRoot: Bool = false, isDomain: Bool = true, hasProcesses: Bool = false, isWritable: Bool = true
    ) {
        self.path = path
        self.controllers = controllers
        self.handedDown = handedDown
        self.isRoot = isRoot
        self.isDomain = isDomain
        self.hasProcesses = hasProcesses
        self.isWritable = isWritable
    }

    /// Why no group with cpusets can be made below it; nil if one can.
    var obstacle: String? {
        if !isWritable { return "\(path) may not be written" }
        if !isDomain { return "\(path) is no domain" }
        if !controllers.contains("cpuset") { return "\(path) does not have the controller cpuset" }
        if !handedDown.contains("cpuset"), !mayHandDown { return "\(path) has processes of its own" }
        return nil
    }

    /// A group that has processes must not hand anything down to groups beside them.
    private var mayHandDown: Bool { isRoot || !hasProcesses }

    /// The controllers that a group below is to have, and that are not handed down yet.
    var missing: [String] {
        mayHandDown ? ["cpuset", "hugetlb"].filter { controllers.contains($0) && !handedDown.contains($0) } : []
    }

    /// The first that a group can be made below.
    ///
    /// - Throws: of code `machine`, why there is none.
    static func choose(_ levels: [CgroupLevel]) throws(NUMAHintsError) -> CgroupLevel {
        guard let level = levels.first(where: { $0.obstacle == nil }) else {
            throw NUMAHintsError(.machine, levels.compactMap(\.obstacle).joined(separator: ", "))
        }
        return level
    }
}
