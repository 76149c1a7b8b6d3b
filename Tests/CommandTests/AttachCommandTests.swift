// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints attach`, on a folder that looks like cgroups.
@Suite("attach")
struct AttachCommandTests {
    private let folder: PrivateFolder
    private let ledger: String

    init() throws {
        folder = try PrivateFolder()
        ledger = folder.url.appendingPathComponent("ledger.db").path
        try put("cgroup.controllers", "cpuset hugetlb")
        for file in ["cpuset.cpus", "cpuset.mems", "hugetlb.2MB.max"] { try put("web/\(file)", "") }
    }

    private func put(_ path: String, _ text: String) throws {
        let url = folder.url.appendingPathComponent("cgroup/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data((text + "\n").utf8).write(to: url)
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOf: folder.url.appendingPathComponent("cgroup/\(path)"), encoding: .utf8)
    }

    private func command(_ words: String..., input: String = "") throws -> CommandResult {
        try run(
            TestEnvironment.built.appendingPathComponent("numa-hints").path,
            words + ["--ledger", ledger, "--machine", "Examples/machines/two-node.json"], input: Data(input.utf8))
    }

    private func attach(_ holder: String, _ cgroup: String = "/web") throws -> CommandResult {
        try command(
            "attach", holder, "--cgroup", cgroup, "--cgroup-root", folder.url.appendingPathComponent("cgroup").path)
    }

    private func admit(_ uid: String, _ limits: String) throws {
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: \(uid), uid: \(uid)}
            spec: {containers: [{name: app, resources: {limits: {\(limits)}}}]}
            """
        #expect(try command("admit", "-", input: pod).status == 0)
    }

    @Test("what was admitted is written, whichever way the cgroup is named")
    func written() throws {
        try admit("web", "cpu: 2, memory: 1Gi, hugepages-2Mi: 64Mi")
        let line = "/web: CPUs 2-3; memory of nodes 0; hugepages-2Mi up to 64Mi\n"
        for cgroup in ["/web", folder.url.appendingPathComponent("cgroup/web").path] {
            #expect(try attach("web/app", cgroup).all == "status 0\n" + line)
        }
        #expect(try text("web/cpuset.cpus") == "2-3")
        #expect(try text("web/cpuset.mems") == "0")
        #expect(try text("web/hugetlb.2MB.max") == "67108864")
        // Who has no CPUs alone gets those that nobody has.
        try admit("small", "cpu: 500m, memory: 1Gi")
        #expect(try attach("small/app").output.hasPrefix("/web: CPUs 0-1,4-15; "))
    }

    @Test("who shares CPUs follows what others get and free")
    func sharers() throws {
        try admit("small", "cpu: 500m, memory: 1Gi")
        #expect(try attach("small/app").output.hasPrefix("/web: CPUs 0-15; "))
        try admit("big", "cpu: 4, memory: 1Gi")
        #expect(try text("web/cpuset.cpus") == "0-1,6-15")
        #expect(try command("release", "big").status == 0)
        #expect(try text("web/cpuset.cpus") == "0-15")
        // A group that is gone is forgotten.
        try FileManager.default.removeItem(at: folder.url.appendingPathComponent("cgroup/web"))
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: x, uid: x}, spec: {containers: [{name: app}]}}"
        for _ in 0..<2 { #expect(try command("admit", "-", input: pod).errors == "") }
    }

    @Test("a write that fails leaves the cgroup as it was, and releases the container")
    func failure() throws {
        try admit("web", "cpu: 2, memory: 1Gi, hugepages-2Mi: 64Mi")
        let limits = folder.url.appendingPathComponent("cgroup/web/hugetlb.2MB.max")
        try FileManager.default.removeItem(at: limits)
        let result = try attach("web/app")
        #expect(result.status == 3, "\(result.all)")
        #expect(result.errors.hasPrefix("numa-hints: \(limits.path): "), "\(result.all)")
        #expect(result.errors.hasSuffix("; web/app is released\n"), "\(result.all)")
        #expect(try text("web/cpuset.cpus") == "\n" && text("web/cpuset.mems") == "\n")
        #expect(try numaHints("status", "--ledger", ledger).output.contains("nothing is held"))
    }

    @Test("what is named wrongly costs nothing")
    func mistakes() throws {
        try admit("web", "cpu: 2, memory: 1Gi")
        for (holder, cgroup, status, words) in [
            ("web", "/web", Int32(2), "expected UID/CONTAINER, found \"web\""),
            ("web/db", "/web", 2, "pod web has no container db"),
            ("none/app", "/web", 2, "the ledger has no pod none: admit it first"),
            ("web/app", "/none", 3, "there is no such cgroup"),
            ("web/app", "web", 2, "a cgroup is a path below the root"),
        ] {
            let result = try attach(holder, cgroup)
            #expect(result.status == status && result.errors.contains(words), "\(result.all)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.all)")
        }
        #expect(try numaHints("status", "--ledger", ledger).output.contains("app has CPUs 2-3"))
    }
}
