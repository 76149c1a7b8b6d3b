// SPDX-License-Identifier: Apache-2.0

@testable import Enforcement
import Foundation
import NUMACore
import TestSupport
import Testing

/// Every write into a cgroup, in order.
@Suite("Confining cgroups")
struct CgroupConfinerTests {
    static let wanted = Confinement(
        cpus: [8, 9], nodes: [2], hugepages: [Confinement.Hugepages(size: 1 << 30, bytes: 3 << 30)])

    @Test("version 2: the controller is handed down, then nodes, CPUs and limits")
    func second() throws {
        let folder = try CgroupFolder(.v2)
        try folder.add("/kubepods")
        try folder.put("/kubepods/pod1", "cgroup.subtree_control", "")
        try folder.put("/kubepods", "cgroup.subtree_control", "")
        try folder.put("", "cgroup.subtree_control", "")
        try folder.put("/kubepods/pod1/app", "hugetlb.1GB.max", "max")
        let state = try CpusetState(of: "/kubepods/pod1/app", in: try folder.tree())
        #expect(state.above.map(\.hasCpuset) == [true, false] && !state.own.hasCpuset)
        #expect(
            CpusetPlan.writes(Self.wanted, from: state, .v2).map(\.description) == [
                "/kubepods/cgroup.subtree_control = +cpuset", "/kubepods/pod1/cgroup.subtree_control = +cpuset",
                "/kubepods/pod1/app/cpuset.mems = 2", "/kubepods/pod1/app/cpuset.cpus = 8-9",
                "/kubepods/pod1/app/hugetlb.1GB.max = 3221225472",
            ])
        try folder.add("/kubepods/pod1/app", cpus: "0-7", nodes: "0")
        let confiner = CgroupConfiner(try folder.tree())
        let writes = try confiner.confine("/kubepods/pod1/app", to: Self.wanted)
        #expect(
            writes.map(\.file) == ["cpuset.mems", "cpuset.cpus", "hugetlb.1GB.max"])
        #expect(try folder.content().contains("kubepods/pod1/app/cpuset.cpus: 8-9"))
    }

    @Test("version 1: parents first and widened, the group by old and new together, those below from the bottom")
    func first() throws {
        let folder = try CgroupFolder(.v1)
        try folder.add("/kubepods", cpus: "0-15", nodes: "0-3")
        try folder.add("/kubepods/pod1", cpus: "0-7", nodes: "0-1")
        try folder.add("/kubepods/pod1/app", cpus: "0-7", nodes: "0")
        try folder.add("/kubepods/pod1/app/init", cpus: "0-3", nodes: "0")
        let writes = try CgroupConfiner(try folder.tree()).confine("/kubepods/pod1/app", to: Self.wanted)
        let app = "/kubepods/pod1/app"
        #expect(
            writes.map(\.description) == [
                "\(app)/cpuset.memory_migrate = 1",
                "/kubepods/pod1/cpuset.mems = 0-2", "\(app)/cpuset.mems = 0,2", "\(app)/init/cpuset.mems = 0,2",
                "\(app)/init/cpuset.mems = 2", "\(app)/cpuset.mems = 2",
                "/kubepods/pod1/cpuset.cpus = 0-9", "\(app)/cpuset.cpus = 0-9", "\(app)/init/cpuset.cpus = 0-3,8-9",
                "\(app)/init/cpuset.cpus = 8-9", "\(app)/cpuset.cpus = 8-9",
                "\(app)/hugetlb.1GB.limit_in_bytes = 3221225472",
            ])
    }

    @Test("each write fails once, and the tree is as before", arguments: [CgroupTree.Version.v1, .v2])
    func failures(version: CgroupTree.Version) throws {
        func make() throws -> CgroupFolder {
            let folder = try CgroupFolder(version)
            try folder.add("/pods", cpus: "0-7", nodes: "0")
            try folder.add("/pods/a", cpus: "0-7", nodes: "0")
            try folder.add("/pods/a/b", cpus: "0-3", nodes: "0")
            return folder
        }
        let sound = try make()
        let count = try CgroupConfiner(try sound.tree()).confine("/pods/a", to: Self.wanted).count
        #expect(count >= 3)
        for step in 0..<count {
            let folder = try make()
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

    @Test("law: version 1 never breaks a rule of the kernel on the way, and ends where it should")
    func firstLaw() throws {
        var random = SeededGenerator(seed: TestEnvironment.seed)
        for _ in 0..<TestEnvironment.cases(300) {
            var groups = Self.tree(&random)
            let own = Int.random(in: 0..<groups.count, using: &random)
            let path = groups[own].path
            let state = CpusetState(
                above: groups.filter { path.hasPrefix($0.path + "/") }, own: groups[own],
                below: groups.filter { $0.path.hasPrefix(path + "/") })
            let wanted = Confinement(
                cpus: Self.members(0..<8, &random), nodes: NUMANodeMask(Self.members(0..<4, &random).members))
            let note = "NUMA_HINTS_SEED=\(TestEnvironment.seed): \(groups), \(path) to \(wanted)"
            for write in CpusetPlan.writes(wanted, from: state, .v1) {
                guard let place = groups.firstIndex(where: { $0.path == write.group }) else { continue }
                if write.file == "cpuset.cpus" { groups[place].cpus = CPUSet(list: write.value, limit: 64) ?? [] }
                if write.file == "cpuset.mems" {
                    groups[place].nodes = NUMANodeMask(list: write.value, limit: 64) ?? []
                }
                for group in groups {
                    #expect(!group.cpus.isEmpty && !group.nodes.isEmpty, "\(note), after \(write)")
                    let parent = groups.last { group.path.hasPrefix($0.path + "/") }
                    guard let parent else { continue }
                    #expect(group.cpus.isSubset(of: parent.cpus), "\(note), after \(write)")
                    #expect(group.nodes.isSubset(of: parent.nodes), "\(note), after \(write)")
                }
            }
            #expect(groups[own].cpus == wanted.cpus && groups[own].nodes == wanted.nodes, "\(note)")
        }
    }

    /// A small tree by the rules, parents first.
    private static func tree(_ random: inout SeededGenerator) -> [CpusetState.Group] {
        var groups = [CpusetState.Group("/g", cpus: members(0..<8, &random), nodes: [0, 1, 2, 3])]
        for index in 1..<Int.random(in: 2...6, using: &random) {
            let parent = groups[Int.random(in: 0..<index, using: &random)]
            let cpus = parent.cpus.members.filter { _ in Bool.random(using: &random) }
            let nodes = parent.nodes.members.filter { _ in Bool.random(using: &random) }
            groups.append(
                CpusetState.Group(
                    parent.path + "/g\(index)", cpus: cpus.isEmpty ? parent.cpus : CPUSet(cpus),
                    nodes: nodes.isEmpty ? parent.nodes : NUMANodeMask(nodes)))
        }
        // Parents before children, and the nearest parent last among those that a path begins with.
        return groups.sorted { $0.path < $1.path }
    }

    private static func members(_ range: Range<Int>, _ random: inout SeededGenerator) -> CPUSet {
        let chosen = CPUSet(range.filter { _ in Bool.random(using: &random) })
        return chosen.isEmpty ? [range.lowerBound] : chosen
    }

    @Test("what a parent does not have is told, and nothing is changed")
    func restricted() throws {
        let folder = try CgroupFolder(.v2)
        try folder.add("/pods", cpus: "0-7", nodes: "0-3")
        try folder.add("/pods/a", cpus: "0-3", nodes: "0")
        try folder.put("/pods/a", "cpuset.cpus.effective", "0-7")
        try folder.put("/pods/a", "cpuset.mems.effective", "2")
        let before = try folder.content()
        let error = #expect(throws: NUMAHintsError.self) {
            try CgroupConfiner(try folder.tree()).confine("/pods/a", to: Self.wanted)
        }
        #expect(error?.message == "the group has the CPUs 0-7 of 8-9: /pods has 0-7 alone")
        #expect(try folder.content() == before)
    }

    @Test("names that are no group, and folders without cgroups")
    func mistakes() throws {
        let folder = try CgroupFolder(.v2)
        let confiner = CgroupConfiner(try folder.tree())
        for name in ["", "/", "pods", "/pods/../x"] {
            let error = #expect(throws: NUMAHintsError.self) { try confiner.confine(name, to: Self.wanted) }
            #expect(error?.code == .usage)
        }
        let missing = #expect(throws: NUMAHintsError.self) { try confiner.confine("/none", to: Self.wanted) }
        #expect(missing?.message == "there is no such cgroup")
        let empty = try PrivateFolder()
        let none = #expect(throws: NUMAHintsError.self) { _ = try CgroupTree(root: empty.url.path) }
        #expect(none?.description == "\(empty.url.path): there are no cpusets: neither of cgroup v2 nor of v1")
    }
}

/// Lets one write fail, and those that take back succeed.
final class WritePlan: @unchecked Sendable {
    private var left: Int
    init(failing: Int) { left = failing }

    func check(_ write: CgroupWrite) throws(NUMAHintsError) {
        left -= 1
        if left == -1 { throw NUMAHintsError(.machine, "\(write) fails on demand") }
    }
}
