// SPDX-License-Identifier: Apache-2.0

@testable import Enforcement
import Foundation
import NUMACore
import TestSupport
import Testing

/// The cgroup of a command of `run`.
@Suite("A cgroup of its own")
struct RunCgroupTests {
    private static let wanted = Confinement(
        cpus: [2, 3], nodes: [1], hugepages: [Confinement.Hugepages(size: 2 << 20, bytes: 8 << 20)])
    private static let boot = "11111111-2222-3333-4444-555555555555"

    /// A /proc of which the boot is known, with a process 7 in a group.
    private func proc(in group: String) throws -> PrivateFolder {
        let folder = try PrivateFolder()
        func put(_ path: String, _ text: String) throws {
            let url = folder.url.appendingPathComponent("proc/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data((text + "\n").utf8).write(to: url)
        }
        try put("sys/kernel/random/boot_id", Self.boot)
        try put("7/stat", "7 (sh) S 1 " + Array(repeating: "0", count: 17).joined(separator: " ") + " 99")
        try put("7/cgroup", "0::\(group)")
        return folder
    }

    private func place(_ cgroups: FakeCgroups, in group: String) throws -> RunCgroup {
        let folder = try proc(in: group)
        let process = try #require(ProcessIdentity(pid: 7, root: folder.url.path))
        return try withExtendedLifetime(folder) {
            try RunCgroup(of: process, in: cgroups.folder.tree(), root: folder.url.path, kernel: cgroups.kernel)
        }
    }

    @Test("below the root: made, handed down to, held, entered, removed, in this order")
    func order() throws {
        let cgroups = try FakeCgroups([("/session", "", "7")])
        let place = try place(cgroups, in: "/session")
        let own = "/numa-hints/\(Self.boot).7.99"
        #expect(place.group == own && cgroups.log.isEmpty)
        try place.take(7, Self.wanted)
        let steps = [
            "//cgroup.subtree_control = +cpuset +hugetlb", "make /numa-hints",
            "/numa-hints/cgroup.subtree_control = +cpuset +hugetlb", "make \(own)", "\(own)/cpuset.mems = 1",
            "\(own)/cpuset.cpus = 2-3", "\(own)/hugetlb.2MB.max = 8388608", "\(own)/cgroup.procs = 7",
        ]
        #expect(cgroups.log == steps)
        #expect(try cgroups.folder.tree().processes(of: "/session").isEmpty)
        let busy = #expect(throws: NUMAHintsError.self) { try place.remove() }
        #expect(busy?.message == "the cgroup cannot be removed: Device or resource busy")
        try cgroups.folder.put(own, "cgroup.procs", "")
        try place.remove()
        #expect(try cgroups.folder.tree().children(of: "/numa-hints").isEmpty)
        // The next one finds all that is above it.
        try cgroups.folder.put("/session", "cgroup.procs", "7")
        try self.place(cgroups, in: "/session").take(7, Self.wanted)
        #expect(Array(cgroups.log.dropFirst(steps.count + 1)) == Array(steps.dropFirst(3)))
    }

    @Test("each change fails once, and nothing is left but what was handed down")
    func failures() throws {
        for step in 1...8 {
            let cgroups = try FakeCgroups([("/session", "", "7")], failing: step)
            let error = #expect(throws: NUMAHintsError.self) {
                try place(cgroups, in: "/session").take(7, Self.wanted)
            }
            #expect(error?.message.hasSuffix("fails on demand") == true, "\(error?.message ?? "none")")
            let tree = try cgroups.folder.tree()
            #expect(try tree.subtree(of: "/") == ["/", "/session"], "step \(step)")
            #expect(try tree.processes(of: "/session") == [7], "step \(step)")
        }
    }

    @Test("the nearest group that may hand cpusets down is taken")
    func nearest() throws {
        // As it is for a user whose slice was delegated: processes are in leaves alone.
        let cgroups = try FakeCgroups(
            root: "cpuset hugetlb", [("/user", "cpuset", ""), ("/user/app", "", ""), ("/user/app/shell", "", "7")])
        let place = try place(cgroups, in: "/user/app/shell")
        #expect(place.group == "/user/app/numa-hints/\(Self.boot).7.99")
        try place.take(7, Self.wanted)
        // The controller of huge pages does not come as far.
        #expect(!cgroups.log.contains { $0.contains("hugetlb") })
        #expect(cgroups.log.first == "/user/app/cgroup.subtree_control = +cpuset")
    }

    @Test("groups of others that have ended are removed once they are empty")
    func ended() throws {
        let cgroups = try FakeCgroups(
            root: "cpuset hugetlb",
            [
                ("/numa-hints", "cpuset hugetlb", ""), ("/numa-hints/\(Self.boot).6.50", "", ""),
                ("/numa-hints/\(Self.boot).7.50", "", "8"), ("/numa-hints/other", "", ""),
            ])
        try place(cgroups, in: "/").take(7, Self.wanted)
        let left = try cgroups.folder.tree().children(of: "/numa-hints")
        #expect(left == ["\(Self.boot).7.50", "\(Self.boot).7.99", "other"].map { "/numa-hints/\($0)" })
    }

    @Test(
        "why there is none",
        arguments: [
            (CgroupLevel("/a", handedDown: ["cpuset"], hasProcesses: true), nil),
            (CgroupLevel("/", isRoot: true, hasProcesses: true), nil), (CgroupLevel("/a"), nil),
            (CgroupLevel("/a", hasProcesses: true), "/a has processes of its own"),
            (CgroupLevel("/", hasProcesses: true), "/ has processes of its own"),
            (CgroupLevel("/a", controllers: ["cpu"]), "/a does not have the controller cpuset"),
            (CgroupLevel("/a", isDomain: false), "/a is no domain"),
            (CgroupLevel("/a", isWritable: false), "/a may not be written"),
        ] as [(CgroupLevel, String?)])
    func obstacles(level: CgroupLevel, obstacle: String?) throws {
        #expect(level.obstacle == obstacle)
        let below = CgroupLevel("/a/b", isWritable: false)
        if let obstacle {
            let error = #expect(throws: NUMAHintsError.self) { _ = try CgroupLevel.choose([below, level]) }
            #expect(error?.message == "/a/b may not be written, \(obstacle)")
        } else {
            #expect(try CgroupLevel.choose([below, level]) == level)
        }
        // Beside processes nothing is handed down, whatever there is.
        if level.hasProcesses, !level.isRoot { #expect(level.missing.isEmpty) }
    }

    @Test("version 1, and groups that are not its own")
    func others() throws {
        let folder = try proc(in: "/")
        let process = try #require(ProcessIdentity(pid: 7, root: folder.url.path))
        let old = try CgroupFolder(.v1)
        let error = #expect(throws: NUMAHintsError.self) {
            _ = try RunCgroup(of: process, in: old.tree(), root: folder.url.path)
        }
        #expect(error?.message == "the cgroups are of version 1")
        let cgroups = try FakeCgroups([("/web", "", "")])
        try RunCgroup.remove("/web", of: process, in: cgroups.folder.tree())
        try RunCgroup.remove("/numa-hints/\(process)", of: process, in: cgroups.folder.tree())
        #expect(try cgroups.folder.tree().children(of: "/") == ["/web"])
    }
}
