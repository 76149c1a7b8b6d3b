// SPDX-License-Identifier: Apache-2.0

@testable import Enforcement
import Foundation
import NUMACore
import TestSupport
import Testing

/// Groups that keep others off their CPUs: every write, and what becomes of them where the kernel does not follow.
@Suite("Partitions")
struct CpusetPartitionTests {
    static let wanted = Confinement(
        cpus: [8, 9], nodes: [2], hugepages: [Confinement.Hugepages(size: 1 << 30, bytes: 3 << 30)],
        partition: .isolated)

    private static let file = "cpuset.cpus.partition"
    private static let exclusive = "cpuset.cpus.exclusive"

    /// Two groups below each other, with the files of kernels since 6.7 if it says so.
    private static func make(isRecent: Bool) throws -> CgroupFolder {
        let folder = try CgroupFolder(.v2)
        for (group, cpus) in [("/pods", "0-15"), ("/pods/a", "0-7")] {
            try folder.add(group, cpus: cpus, nodes: "0-3")
            try folder.put(group, file, "member")
            if isRecent { try folder.put(group, exclusive, group == "/pods" ? "2-3" : "") }
        }
        return folder
    }

    @Test("a group below the root becomes a partition after its sets and limits")
    func local() throws {
        let folder = try Self.make(isRecent: true)
        let writes = try CgroupConfiner(try folder.tree()).confine("/pods", to: Self.wanted)
        #expect(
            writes.map(\.description) == [
                "/pods/cpuset.mems = 2", "/pods/cpuset.cpus = 8-9", "/pods/hugetlb.1GB.max = 3221225472",
                "/pods/cpuset.cpus.partition = isolated",
            ])
        // Who is a partition already is not written again.
        let again = try CgroupConfiner(try folder.tree()).confine("/pods", to: Self.wanted)
        #expect(again.map(\.file) == ["hugetlb.1GB.max"])
    }

    @Test("below a group that is none, CPUs are handed down as exclusive ones where the kernel can")
    func remote() throws {
        func ends(_ isRecent: Bool, _ parent: String) throws -> [String] {
            let folder = try Self.make(isRecent: isRecent)
            try folder.put("/pods", Self.file, parent)
            let writes = try CgroupConfiner(try folder.tree()).confine("/pods/a", to: Self.wanted)
            return writes.dropFirst(3).map(\.description)
        }
        let last = "/pods/a/cpuset.cpus.partition = isolated"
        #expect(
            try ends(true, "member") == [
                "/pods/cpuset.cpus.exclusive = 2-3,8-9", "/pods/a/cpuset.cpus.exclusive = 8-9", last,
            ])
        #expect(try ends(true, "root invalid (Parent is not a partition root)").count == 3)
        #expect(try ends(true, "root") == [last])
        #expect(try ends(false, "member") == [last])
    }

    @Test("each write fails once, and the tree is as before", arguments: [true, false])
    func failures(isRecent: Bool) throws {
        let sound = try Self.make(isRecent: isRecent)
        let count = try CgroupConfiner(try sound.tree()).confine("/pods/a", to: Self.wanted).count
        #expect(count == (isRecent ? 6 : 4))
        for step in 0..<count {
            let folder = try Self.make(isRecent: isRecent)
            let before = try folder.content()
            let plan = WritePlan(failing: step)
            let confiner = CgroupConfiner(try folder.tree()) { (tree, write) throws(NUMAHintsError) in
                try plan.check(write)
                try tree.write(write.value, to: write.group, write.file)
            }
            let error = #expect(throws: NUMAHintsError.self) { try confiner.confine("/pods/a", to: Self.wanted) }
            #expect(error?.message.hasSuffix("fails on demand") == true, "\(error?.message ?? "none")")
            #expect(try folder.content() == before, "write \(step) of \(count)")
        }
    }

    @Test("where the kernel does not follow, its reason is told and the partition is undone first")
    func invalid() throws {
        for before in ["member", "root"] {
            let folder = try Self.make(isRecent: false)
            try folder.put("/pods/a", Self.file, before)
            let content = try folder.content()
            let log = WriteLog()
            let confiner = CgroupConfiner(try folder.tree()) { (tree, write) throws(NUMAHintsError) in
                log.writes.append(write.description)
                // As the kernel answers.
                let isAsked = write.value == "isolated"
                let text = isAsked ? "isolated invalid (Parent is not a partition root)" : write.value
                try tree.write(text, to: write.group, write.file)
            }
            let error = #expect(throws: NUMAHintsError.self) { try confiner.confine("/pods/a", to: Self.wanted) }
            #expect(error?.message == "the kernel does not make it a partition: Parent is not a partition root")
            #expect(error?.file?.hasSuffix("/pods/a/cpuset.cpus.partition") == true)
            let path = "/pods/a/"
            #expect(
                log.writes == [
                    path + "cpuset.mems = 2", path + "cpuset.cpus = 8-9", path + "hugetlb.1GB.max = 3221225472",
                    path + "cpuset.cpus.partition = isolated", path + "cpuset.cpus.partition = \(before)",
                    path + "hugetlb.1GB.max = max", path + "cpuset.cpus = 0-7", path + "cpuset.mems = 0-3",
                ])
            #expect(try folder.content() == content)
        }
    }

    @Test("a partition that was invalid before is left so, and that is no failure to take back")
    func invalidBefore() throws {
        let folder = try Self.make(isRecent: false)
        let text = "isolated invalid (Parent is not a partition root)"
        try folder.put("/pods/a", Self.file, text)
        let content = try folder.content()
        let confiner = CgroupConfiner(try folder.tree()) { (tree, write) throws(NUMAHintsError) in
            try tree.write(write.value == "isolated" ? text : write.value, to: write.group, write.file)
        }
        let error = #expect(throws: NUMAHintsError.self) { try confiner.confine("/pods/a", to: Self.wanted) }
        #expect(
            error?.message.hasSuffix("partition: Parent is not a partition root") == true,
            "\(String(describing: error))")
        #expect(try folder.content() == content)
    }

    @Test("where there are no partitions nothing is written")
    func missing() throws {
        for version in [CgroupTree.Version.v1, .v2] {
            let folder = try CgroupFolder(version)
            try folder.add("/a", cpus: "0-7", nodes: "0-3")
            let before = try folder.content()
            let error = #expect(throws: NUMAHintsError.self) {
                try CgroupConfiner(try folder.tree()).confine("/a", to: Self.wanted)
            }
            #expect(
                error?.message
                    == (version == .v1
                        ? "partitions are of cgroup v2, and here the cpusets are of v1"
                        : "this kernel has no partitions"))
            #expect(try folder.content() == before)
        }
    }

    @Test("a partition is dissolved, anything else is left alone")
    func dissolved() throws {
        let folder = try Self.make(isRecent: false)
        let confiner = CgroupConfiner(try folder.tree())
        let before = try folder.content()
        try confiner.dissolve("/pods")
        try confiner.dissolve("/none")
        #expect(try folder.content() == before)
        for text in ["root", "isolated", "root invalid (x)"] {
            try folder.put("/pods", Self.file, text)
            try confiner.dissolve("/pods")
            #expect(try folder.tree().read("/pods", Self.file) == "member")
        }
    }
}

/// What was written, in order.
private final class WriteLog: @unchecked Sendable {
    // Used by one thread alone: a confiner has no other.
    var writes: [String] = []
}
