// SPDX-License-Identifier: Apache-2.0

import Enforcement
import Foundation
import NUMACore
import TestSupport

/// A folder that looks like the cgroups of a machine. The files take what is written, and the rules of the kernel are
/// held against every write.
struct CgroupFolder {
    let folder: PrivateFolder
    let version: CgroupTree.Version

    init(_ version: CgroupTree.Version) throws {
        folder = try PrivateFolder()
        self.version = version
        if version == .v2 {
            try put("", "cgroup.controllers", "cpuset hugetlb")
        } else {
            try put("cpuset", "cpuset.cpus", "0-15")
            try put("cpuset", "cpuset.mems", "0-3")
        }
    }

    func tree() throws -> CgroupTree { try CgroupTree(root: folder.url.path) }

    /// Makes a group with its files.
    func add(_ group: String, cpus: String = "", nodes: String = "") throws {
        let controllers = version == .v1 ? ["cpuset" + group, "hugetlb" + group] : [group, group]
        try put(controllers[0], "cpuset.cpus", cpus)
        try put(controllers[0], "cpuset.mems", nodes)
        if version == .v1 {
            try put(controllers[0], "cpuset.memory_migrate", "0")
            try put(controllers[1], "hugetlb.1GB.limit_in_bytes", "9223372036854771712")
        } else {
            try put(controllers[1], "hugetlb.1GB.max", "max")
        }
    }

    func put(_ group: String, _ file: String, _ text: String) throws {
        let place = folder.url.appendingPathComponent(group)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try Data((text + "\n").utf8).write(to: place.appendingPathComponent(file))
    }

    /// Every file with what it says, in order of path.
    func content() throws -> [String] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).sorted()
        return paths.compactMap { path in
            let url = folder.url.appendingPathComponent(path)
            guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
            return "\(path): \(text.trimmingCharacters(in: .newlines))"
        }
    }
}
