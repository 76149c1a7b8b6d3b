// SPDX-License-Identifier: Apache-2.0

import Glibc
public import NUMACore

/// The cgroups of a machine, or a folder that looks like them.
///
/// A group is named by its path below the root of its hierarchy, which begins with a slash; `/` is the root itself.
/// Source: the kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/cpusets.rst.
public struct CgroupTree: Sendable {
    /// One hierarchy for all controllers, or one each.
    public enum Version: String, Sendable { case v1, v2 }

    /// Where the hierarchies are mounted: `/sys/fs/cgroup`.
    public let root: String
    public let version: Version

    /// Finds out which version there is; where both are, the one that has the cpusets.
    ///
    /// - Throws: of code `machine` if neither has them.
    public init(root: String = "/sys/fs/cgroup") throws(NUMAHintsError) {
        self.root = root
        if Self.exists(root + "/cpuset/cpuset.cpus") {
            version = .v1
        } else if Self.exists(root + "/cgroup.controllers") {
            version = .v2
        } else {
            throw NUMAHintsError(.machine, "there are no cpusets: neither of cgroup v2 nor of v1", file: root)
        }
    }

    /// The path of a file of a group. In version 1 the controller is what the name of the file begins with.
    public func path(_ group: String, _ file: String) -> String {
        folder(group, controller: file.prefix { $0 != "." }) + "/" + file
    }

    public func exists(_ group: String, _ file: String) -> Bool { Self.exists(path(group, file)) }

    /// Whether there is such a group, as far as cpusets go.
    public func exists(_ group: String) -> Bool { Self.exists(folder(group, controller: "cpuset")) }

    /// What tells a group from a later one of the same path; nil if there is none.
    public func identity(of group: String) -> UInt64? {
        var found = stat()
        guard unsafe stat(folder(group, controller: "cpuset"), &found) == 0 else { return nil }
        return UInt64(found.st_ino)
    }

    /// What a file says, without the line end.
    public func read(_ group: String, _ file: String) throws(NUMAHintsError) -> String {
        let path = path(group, file)
        do throws(KernelFile.Failure) {
            return try KernelFile.read(path)
        } catch {
            throw CgroupFailure.reading(path, error.problem)
        }
    }

    /// The processes of a group and of those below it, ascending.
    public func processes(of group: String) throws(NUMAHintsError) -> [Int32] {
        var found: Set<Int32> = []
        for path in try subtree(of: group) {
            let file = folder(path, controller: "cpuset") + "/cgroup.procs"
            do throws(KernelFile.Failure) {
                found.formUnion(try KernelFile.read(file).split(separator: "\n").compactMap { Int32($0) })
            } catch {
                throw CgroupFailure.reading(file, error.problem)
            }
        }
        return found.sorted()
    }

    /// Writes a value at once, as the files of cgroups want it.
    public func write(_ value: String, to group: String, _ file: String) throws(NUMAHintsError) {
        let path = path(group, file)
        let opened = unsafe open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard opened >= 0 else { throw CgroupFailure.writing(value, to: path, errno) }
        defer { _ = close(opened) }
        // An empty write would not reach the kernel: a line end alone empties a set.
        let bytes = Array((value.isEmpty ? "\n" : value).utf8)
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(opened, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw CgroupFailure.writing(value, to: path, count < 0 ? errno : EIO) }
    }

    /// The groups directly below a group, in ascending order of name.
    public func children(of group: String) throws(NUMAHintsError) -> [String] {
        let path = folder(group, controller: "cpuset")
        guard let listing = unsafe opendir(path) else { throw CgroupFailure.reading(path, errno) }
        defer { _ = unsafe closedir(listing) }
        var names: [String] = []
        while let entry = unsafe readdir(listing) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard name != ".", name != "..", Self.isFolder(path + "/" + name) else { continue }
            names.append(name)
        }
        return names.sorted().map { group == "/" ? "/" + $0 : group + "/" + $0 }
    }

    /// A group and all below it, parents first, in ascending order of name.
    public func subtree(of group: String) throws(NUMAHintsError) -> [String] {
        var groups = [group]
        for child in try children(of: group) { groups += try subtree(of: child) }
        return groups
    }

    /// The folder of a group in the hierarchy that has the cpusets.
    func folder(of group: String) -> String { folder(group, controller: "cpuset") }

    private func folder(_ group: String, controller: some StringProtocol) -> String {
        (version == .v1 ? root + "/" + controller : root) + (group == "/" ? "" : group)
    }

    private static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    private static func isFolder(_ path: String) -> Bool {
        var found = stat()
        return unsafe lstat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR
    }
}
