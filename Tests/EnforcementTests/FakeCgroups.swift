// SPDX-License-Identifier: Apache-2.0

@testable import Enforcement
import Foundation
import NUMACore
import Synchronization
import TestSupport

/// A folder that does what the kernel does with cgroups of version 2: files come with a group, controllers are handed
/// down, processes move, and groups in use stay. One change may be made to fail.
final class FakeCgroups: Sendable {
    let folder: CgroupFolder
    private let changes = Mutex<[String]>([])
    private let failing: Int?

    /// - Parameters:
    ///   - groups: that there are beside the root, parents first, with what each hands down and its processes.
    ///   - root: what the root hands down.
    init(
        root: String = "", _ groups: [(path: String, handsDown: String, processes: String)] = [],
        failing: Int? = nil
    ) throws {
        folder = try CgroupFolder(.v2)
        self.failing = failing
        for file in ["cgroup.procs", "cgroup.subtree_control"] { try folder.put("", file, "") }
        for group in groups {
            try make(group.path)
            try folder.put(group.path, "cgroup.procs", group.processes)
        }
        try handDown("/", root)
        for group in groups { try handDown(group.path, group.handsDown) }
    }

    /// What was changed, in order.
    var log: [String] { changes.withLock { $0 } }

    var kernel: CgroupKernel {
        CgroupKernel(
            make: { [self] (_, group) throws(NUMAHintsError) in
                try perform("make \(group)") { try make(group) }
            },
            remove: { [self] (tree, group) throws(NUMAHintsError) in
                let (processes, below) = (try tree.read(group, "cgroup.procs"), try tree.children(of: group))
                guard processes.isEmpty, below.isEmpty else {
                    throw CgroupFailure.changing("removed", group, EBUSY)
                }
                try perform("remove \(group)") { try FileManager.default.removeItem(at: url(group)) }
            },
            write: { [self] (tree, write) throws(NUMAHintsError) in
                try perform("\(write)") {
                    switch write.file {
                    case "cgroup.subtree_control":
                        // Enabling again what is enabled is fine, and only the root has groups beside processes.
                        guard try write.group == "/" || tree.read(write.group, "cgroup.procs").isEmpty else {
                            throw CgroupFailure.writing(write.value, to: write.group, EBUSY)
                        }
                        try handDown(write.group, write.value.replacing("+", with: ""))
                    case "cgroup.procs":
                        for other in try tree.subtree(of: "/") {
                            let rest = try tree.read(other, write.file).split(separator: "\n")
                                .filter { $0 != write.value }
                            try folder.put(other, write.file, rest.joined(separator: "\n"))
                        }
                        try folder.put(write.group, write.file, write.value)
                    default: try tree.write(write.value, to: write.group, write.file)
                    }
                }
            })
    }

    private func perform(_ change: String, _ body: () throws -> Void) throws(NUMAHintsError) {
        let count = changes.withLock {
            $0.append(change)
            return $0.count
        }
        guard count != failing else { throw NUMAHintsError(.machine, "\(change) fails on demand") }
        do { try body() } catch let error as NUMAHintsError { throw error } catch {
            throw NUMAHintsError(.machine, "\(change): \(error)")
        }
    }

    private func url(_ group: String) -> URL { folder.folder.url.appendingPathComponent(group) }

    private func make(_ group: String) throws {
        for (file, text) in [("procs", ""), ("subtree_control", ""), ("type", "domain"), ("controllers", "")] {
            try folder.put(group, "cgroup.\(file)", text)
        }
        let parent = (group as NSString).deletingLastPathComponent
        try handDown(parent, folder.tree().read(parent, "cgroup.subtree_control"))
    }

    private func handDown(_ group: String, _ controllers: String) throws {
        let tree = try folder.tree()
        var words = try Set(tree.read(group, "cgroup.subtree_control").split(separator: " ").map(String.init))
        words.formUnion(controllers.split(separator: " ").map(String.init))
        let text = words.sorted().joined(separator: " ")
        try folder.put(group, "cgroup.subtree_control", text)
        for child in try tree.children(of: group) {
            try folder.put(child, "cgroup.controllers", text)
            let files =
                (words.contains("cpuset") ? ["cpuset.cpus", "cpuset.mems"] : [])
                + (words.contains("hugetlb") ? ["hugetlb.2MB.max", "hugetlb.1GB.max"] : [])
            for file in files where !tree.exists(child, file) { try folder.put(child, file, "") }
        }
    }
}
