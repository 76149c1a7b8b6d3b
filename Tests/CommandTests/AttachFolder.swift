// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A folder with a ledger, cgroups of version 2, and a host's root, for `attach`.
struct AttachFolder {
    let folder: PrivateFolder
    static let program = TestEnvironment.built.appendingPathComponent("numa-hints").path

    init() throws {
        folder = try PrivateFolder()
        try put("cgroup/cgroup.controllers", "cpuset hugetlb")
    }

    var ledger: String { folder.url.appendingPathComponent("ledger.db").path }
    private var cgroups: String { folder.url.appendingPathComponent("cgroup").path }

    /// What every command here is told.
    var common: [String] { ["--ledger", ledger, "--machine", "Examples/machines/two-node.json"] }
    /// What `attach` is told beside that.
    var places: [String] { ["--cgroup-root", cgroups, "--host-root", folder.url.path] }

    func put(_ path: String, _ text: String) throws {
        let url = folder.url.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data((text + "\n").utf8).write(to: url)
    }

    /// What a file of a cgroup says.
    func text(_ path: String) throws -> String {
        try String(contentsOf: folder.url.appendingPathComponent("cgroup/\(path)"), encoding: .utf8)
    }

    /// Makes a cgroup with its files.
    func add(_ group: String, files: [String] = ["cpuset.cpus", "cpuset.mems", "hugetlb.2MB.max"]) throws {
        for file in files { try put("cgroup/\(group)/\(file)", "") }
    }

    func remove(_ path: String) throws {
        try FileManager.default.removeItem(at: folder.url.appendingPathComponent("cgroup/\(path)"))
    }

    func command(_ words: [String], input: String = "") throws -> CommandResult {
        try run(Self.program, words + common, input: Data(input.utf8))
    }

    func command(_ words: String...) throws -> CommandResult { try command(words) }

    func attach(_ words: String...) throws -> CommandResult { try command(["attach"] + words + places) }

    func admit(_ uid: String, _ limits: String) throws {
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: \(uid), uid: \(uid)}
            spec: {containers: [{name: app, resources: {limits: {\(limits)}}}]}
            """
        #expect(try command(["admit", "-"], input: pod).status == 0)
    }

    func status() throws -> String { try numaHints("status", "--ledger", ledger).output }
}
