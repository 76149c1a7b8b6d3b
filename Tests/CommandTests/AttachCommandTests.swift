// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints attach`, on a folder that looks like cgroups.
@Suite("attach")
struct AttachCommandTests {
    private let machine: AttachFolder

    init() throws {
        machine = try AttachFolder()
        try machine.add("web")
    }

    private func attach(_ holder: String, _ cgroup: String = "/web") throws -> CommandResult {
        try machine.attach(holder, "--cgroup", cgroup)
    }

    @Test("what was admitted is written, whichever way the cgroup is named")
    func written() throws {
        try machine.admit("web", "cpu: 2, memory: 1Gi, hugepages-2Mi: 64Mi")
        let line = "/web: CPUs 2-3; memory of nodes 0; hugepages-2Mi up to 64Mi\n"
        for cgroup in ["/web", machine.folder.url.appendingPathComponent("cgroup/web").path] {
            #expect(try attach("web/app", cgroup).all == "status 0\n" + line)
        }
        #expect(try machine.text("web/cpuset.cpus") == "2-3")
        #expect(try machine.text("web/cpuset.mems") == "0")
        #expect(try machine.text("web/hugetlb.2MB.max") == "67108864")
        // Who has no CPUs alone gets those that nobody has.
        try machine.admit("small", "cpu: 500m, memory: 1Gi")
        #expect(try attach("small/app").output.hasPrefix("/web: CPUs 0-1,4-15; "))
    }

    @Test("who shares CPUs follows what others get and free")
    func sharers() throws {
        try machine.admit("small", "cpu: 500m, memory: 1Gi")
        #expect(try attach("small/app").output.hasPrefix("/web: CPUs 0-15; "))
        try machine.admit("big", "cpu: 4, memory: 1Gi")
        #expect(try machine.text("web/cpuset.cpus") == "0-1,6-15")
        #expect(try machine.command("release", "big").status == 0)
        #expect(try machine.text("web/cpuset.cpus") == "0-15")
        // A group that is gone is forgotten.
        try machine.remove("web")
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: x, uid: x}, spec: {containers: [{name: app}]}}"
        for _ in 0..<2 { #expect(try machine.command(["admit", "-"], input: pod).errors == "") }
    }

    @Test("a write that fails leaves the cgroup as it was, and releases the container")
    func failure() throws {
        try machine.admit("web", "cpu: 2, memory: 1Gi, hugepages-2Mi: 64Mi")
        let limits = machine.folder.url.appendingPathComponent("cgroup/web/hugetlb.2MB.max")
        try FileManager.default.removeItem(at: limits)
        let result = try attach("web/app")
        #expect(result.status == 3, "\(result.all)")
        #expect(result.errors.hasPrefix("numa-hints: \(limits.path): "), "\(result.all)")
        #expect(result.errors.hasSuffix("; web/app is released\n"), "\(result.all)")
        #expect(try machine.text("web/cpuset.cpus") == "\n" && machine.text("web/cpuset.mems") == "\n")
        #expect(try machine.status().contains("nothing is held"))
    }

    @Test("what is named wrongly costs nothing")
    func mistakes() throws {
        try machine.admit("web", "cpu: 2, memory: 1Gi")
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
        #expect(try machine.status().contains("app has CPUs 2-3"))
    }

    @Test("what became of it as data")
    func data() throws {
        try machine.admit("web", "cpu: 2, memory: 1Gi, hugepages-2Mi: 64Mi")
        let result = try machine.attach("web/app", "--cgroup", "/web", "-o", "yaml")
        #expect(
            result.all == """
                status 0
                cgroup: /web
                confinement:
                  cpus: 2-3
                  hugepages:
                  - bytes: 67108864
                    resource: hugepages-2Mi
                  numaNodes:
                  - 0
                  partition: null
                container: app
                error: null
                event: confined
                pod: default/web
                schemaVersion: 1
                uid: web

                """)
    }

    @Test("a partition is made after the sets, for CPUs that are held alone, until the release")
    func partition() throws {
        try machine.admit("small", "cpu: 500m, memory: 1Gi")
        try machine.admit("web", "cpu: 2, memory: 1Gi")
        func attach(_ holder: String) throws -> CommandResult {
            try machine.attach(holder, "--cgroup", "/web", "--partition", "isolated")
        }
        // Neither costs the container anything.
        let none = try attach("web/app")
        #expect(none.status == 3 && none.errors.hasSuffix("this kernel has no partitions\n"), "\(none.all)")
        try machine.put("cgroup/web/cpuset.cpus.partition", "member")
        let shared = try attach("small/app")
        let line = "numa-hints: pod small, app: it has no CPUs alone, which --partition is for\n"
        #expect(shared.status == 2 && shared.errors == line, "\(shared.all)")
        #expect(try machine.text("web/cpuset.cpus") == "\n")
        let result = try attach("web/app")
        #expect(result.all == "status 0\n/web: CPUs 2-3; memory of nodes 0; partition isolated\n")
        #expect(try machine.text("web/cpuset.cpus.partition") == "isolated")
        #expect(try machine.command("release", "web").status == 0)
        #expect(try machine.text("web/cpuset.cpus.partition") == "member")
    }

    @Test("a partition on cgroup v1 is one clear line")
    func oldPartition() throws {
        try machine.put("cgroup/cpuset/cpuset.cpus", "0-15")
        let result = try machine.attach("web/app", "--partition", "root")
        #expect(result.status == 3 && result.errors.hasSuffix("cgroup v2, and here the cpusets are of v1\n"))
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.all)")
    }

    @Test(
        "a kubelet that confines containers too is told of",
        arguments: [
            (#"{"policyName":"static","defaultCpuSet":"0-15","checksum":0}"#, "every cpuManagerReconcilePeriod (10s"),
            (#"{"policyName":"none","defaultCpuSet":"","checksum":0}"#, nil), ("{", "is not known: "),
        ])
    func kubelet(file: String, words: String?) throws {
        try machine.admit("web", "cpu: 2, memory: 1Gi")
        try machine.put("var/lib/kubelet/cpu_manager_state", file)
        let result = try attach("web/app")
        #expect(result.status == 0 && result.errors.isEmpty == (words == nil), "\(result.all)")
        guard let words else { return }
        #expect(result.errors.hasPrefix("numa-hints: warning: ") && result.errors.contains(words), "\(result.all)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.all)")
    }
}
