// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints attach --watch`, on folders that look like cgroups and a host.
@Suite("attach --watch")
struct AttachWatchTests {
    private let machine: AttachFolder

    init() throws {
        machine = try AttachFolder()
        try machine.put("var/log/containers/other.log", "")
    }

    /// A container's cgroup, then the link to its log, by which it is found.
    private func start(_ uid: String, _ character: Character, files: [String]? = nil) throws {
        let id = String(repeating: character, count: 64)
        let group = "kubepods/pod\(uid)/\(id)"
        if let files { try machine.add(group, files: files) } else { try machine.add(group) }
        try machine.put("var/log/containers/\(uid)_default_app-\(id).log", "")
    }

    private func group(_ uid: String, _ character: Character) -> String {
        "kubepods/pod\(uid)/\(String(repeating: character, count: 64))"
    }

    @Test("containers are confined as they come, also those that come into the ledger later or start anew")
    func watched() throws {
        try machine.admit("web", "cpu: 2, memory: 1Gi, hugepages-2Mi: 64Mi")
        try start("web", "a")
        let watch = try attachWatch(machine)
        #expect(
            try watch.line() == #"{"cgroup":"/\#(group("web", "a"))","confinement":{"cpus":"2-3","#
                + #""hugepages":[{"bytes":67108864,"resource":"hugepages-2Mi"}],"numaNodes":[0],"partition":null},"#
                + #""container":"app","error":null,"event":"confined","pod":"default/web","schemaVersion":1,"#
                + #""uid":"web"}"#)
        #expect(try machine.text(group("web", "a") + "/cpuset.cpus") == "2-3")
        // One that comes into the ledger now, and that cannot be confined until a file is there.
        try machine.admit("next", "cpu: 2, memory: 1Gi")
        try start("next", "b", files: ["cpuset.cpus"])
        let failed = try watch.line()
        #expect(failed.contains(#""confinement":null"#) && failed.contains("cpuset.mems"), "\(failed)")
        #expect(failed.contains(#""event":"failed""#) && failed.contains(#""uid":"next""#), "\(failed)")
        try machine.put("cgroup/\(group("next", "b"))/cpuset.mems", "")
        #expect(try watch.line().contains(#""event":"confined","pod":"default/next""#))
        #expect(try machine.text(group("next", "b") + "/cpuset.cpus") == "4-5")
        // One that starts anew.
        try machine.remove(group("web", "a"))
        try start("web", "c")
        #expect(try watch.line().contains(group("web", "c")))
        #expect(try machine.text(group("web", "c") + "/cpuset.cpus") == "2-3")
        // One that is gone from both is forgotten, and the ledger is free for others meanwhile.
        #expect(try machine.command("release", "web").status == 0)
        try machine.remove(group("web", "c"))
        #expect(try watch.end(by: SIGTERM) == 0)
        #expect(try watch.rest() == "" && watch.errors() == "")
    }

    @Test("as text, with a kubelet beside it, ended by SIGINT")
    func text() throws {
        try FileManager.default.removeItem(at: machine.folder.url.appendingPathComponent("var/log/containers"))
        try machine.put(
            "var/lib/kubelet/cpu_manager_state", #"{"policyName":"static","defaultCpuSet":"0-15","checksum":0}"#)
        let watch = try attachWatch(machine, format: "text", "--partition", "root")
        // The folder of the links, which it is to miss, is made once it has said so.
        try watch.awaitErrors(2)
        try machine.admit("web", "cpu: 2, memory: 1Gi")
        try machine.put("cgroup/\(group("web", "a"))/cpuset.cpus.partition", "member")
        try start("web", "a")
        #expect(
            try watch.line()
                == "pod default/web, app: /\(group("web", "a")): CPUs 2-3; memory of nodes 0; partition root")
        #expect(try machine.text(group("web", "a") + "/cpuset.cpus.partition") == "root")
        // Who has no CPUs alone is confined without one.
        try machine.admit("small", "cpu: 500m, memory: 1Gi")
        try start("small", "b")
        #expect(
            try watch.line() == "pod default/small, app: /\(group("small", "b")): CPUs 0-1,4-15; memory of nodes 0")
        #expect(try watch.end(by: SIGINT) == 0)
        let errors = try watch.errors().split(separator: "\n")
        #expect(errors.count == 2 && errors.allSatisfy { $0.hasPrefix("numa-hints: warning: ") }, "\(errors)")
        #expect(errors.first?.contains("cpuManagerPolicy: none") == true, "\(errors)")
        #expect(errors.last?.hasSuffix("var/log/containers is not there: no container is found until it is") == true)
    }

    @Test(
        "what cannot be is one clear line",
        arguments: [
            (["--watch", "web/app"], Int32(2), "--watch is for all containers: leave out \"web/app\", or --watch"),
            (["--watch", "--pid", "1"], 2, "--watch finds the cgroups by itself: leave out --pid"),
            (["--watch", "--cgroup", "/a"], 2, "--watch finds the cgroups by itself: leave out --cgroup"),
            (["--watch", "--interval", "0"], 2, "--interval must be 0.01 to 3600 seconds, found 0.0"),
            (["--watch", "-o", "yaml"], 2, "--watch prints text, or JSON on a line each: -o text or -o json"),
            (["web/app", "--interval", "1"], 2, "--interval is for --watch"),
            ([], 2, "expected UID/CONTAINER, or --watch for all containers"),
            (["--watch", "--config", "/none.yaml"], 2, "/none.yaml: "),
        ])
    func mistakes(words: [String], status: Int32, line: String) throws {
        let result = try machine.command(["attach"] + words + machine.places)
        #expect(result.status == status && result.errors.hasPrefix("numa-hints: \(line)"), "\(result.all)")
        #expect(result.errors.split(separator: "\n").count == 1 && result.output.isEmpty, "\(result.all)")
    }
}

/// A watch that runs.
private func attachWatch(_ machine: AttachFolder, format: String = "json", _ options: String...) throws -> LongCommand {
    let arguments = ["attach", "--watch", "--interval", "0.02", "-o", format] + options
    return try LongCommand(arguments + machine.common + machine.places, in: machine.folder)
}
