// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `doctor --kubelet-root`: what is wrong with a kubelet's files, and what it does at its next start.
@Suite("doctor on a kubelet's folder")
struct KubeletDoctorTests {
    private let folder: PrivateFolder
    private let root: URL

    init() throws {
        folder = try PrivateFolder()
        root = folder.url.appendingPathComponent("kubelet")
        try FileManager.default.copyItem(
            at: TestEnvironment.root.appendingPathComponent("Examples/kubelet/root"), to: root)
    }

    private func doctor(_ words: String..., folder: URL? = nil) throws -> CommandResult {
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        return try run(
            program,
            ["doctor", "--kubelet-root", (folder ?? root).path, "--machine", "Examples/machines/two-socket.xml"] + words
        )
    }

    private func edit(_ file: String, _ text: String, _ other: String) throws {
        let url = root.appendingPathComponent(file)
        let before = try String(contentsOf: url, encoding: .utf8)
        let after = before.replacing(text, with: other)
        #expect(before != after, "\(file) has no \(text)")
        try after.write(to: url, atomically: true, encoding: .utf8)
    }

    /// A file, a text of it and what comes instead, what is said of it, and whether the kubelet starts.
    static let damages: [(String, String, String, String, Bool)] = [
        ("cpu_manager_state", "\"checksum\":1", "\"checksum\":2", "wrong checksum", false),
        ("cpu_manager_state", "\"policyName\":\"static\"", "\"policyName\":\"none\"", "the settings say static", false),
        ("cpu_manager_state", "\"1-6,17-22\"", "\"1-6,17-22,40\"", "the CPUs 40, which containers hold", false),
        (
            "cpu_manager_state", "\"1-6,17-22\"", "\"1-6,17-21\"", "the CPUs 22 are neither in defaultCpuSet nor held",
            false
        ),
        ("cpu_manager_state", "\"1-6,17-22\"", "\"1-8,17-22\"", "CPUs 8 are held by both", false),
        ("cpu_manager_state", "{", "[", "not JSON", false),
        ("memory_manager_state", "\"free\":24696061952", "\"free\":1", "reserved 21474836480 and free 1", false),
        ("memory_manager_state", "\"numberOfAssignments\":1", "\"numberOfAssignments\":3", "is 3, 1 blocks", false),
        (
            "memory_manager_state", "\"total\":68719476736", "\"total\":68719476735", "the machine has 68719476736",
            false
        ),
        ("memory_manager_state", "\"numaAffinity\":[1]", "\"numaAffinity\":[7]", "node 7", false),
        ("config.yaml", "single-numa-node", "none", "no problem found", true),
        ("device-plugins/kubelet_internal_checkpoint", "\"Checksum\":", "\"Checksum\":1", "wrong checksum", true),
    ]

    @Test("each thing that is wrong is said, with what the kubelet does", arguments: damages)
    func damage(_ file: String, _ text: String, _ other: String, _ said: String, _ starts: Bool) throws {
        try edit(file, text, other)
        let result = try doctor()
        #expect(result.output.contains(said), "\(result.all)")
        #expect(result.output.contains("does not start") == !starts, "\(result.all)")
        #expect(result.status == (said == "no problem found" ? 0 : 1))
    }

    @Test("files are repaired into a new folder, and the kubelet's own stay as they are")
    func repair() throws {
        let original = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
        try edit("cpu_manager_state", "\"defaultCpuSet\":\"0", "\"defaultCpuSet\":\"0-3")
        try edit("memory_manager_state", "\"total\":68719476736", "\"total\":68719476735")
        let before = try Data(contentsOf: root.appendingPathComponent("cpu_manager_state"))
        let target = folder.url.appendingPathComponent("repaired")
        let result = try doctor("--repair", target.path)
        #expect(result.status == 1 && result.output.contains("written to \(target.path). "), "\(result.all)")
        #expect(try Data(contentsOf: root.appendingPathComponent("cpu_manager_state")) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() == original)
        for file in ["cpu_manager_state", "memory_manager_state", "device-plugins/kubelet_internal_checkpoint"] {
            let example = TestEnvironment.root.appendingPathComponent("Examples/kubelet/root/\(file)")
            #expect(try Data(contentsOf: target.appendingPathComponent(file)) == Data(contentsOf: example), "\(file)")
        }
        try FileManager.default.copyItem(
            at: root.appendingPathComponent("config.yaml"), to: target.appendingPathComponent("config.yaml"))
        #expect(try doctor(folder: target).status == 0)
        let again = try doctor("--repair", target.path)
        #expect(again.status == 2 && again.errors.contains("name a new folder"), "\(again.all)")
        let nowhere = try doctor("--repair", folder.url.appendingPathComponent("a/b").path)
        #expect(nowhere.status == 3 && nowhere.errors.contains("cannot be made"), "\(nowhere.all)")
    }

    @Test("without a configuration nothing is compared with it, and a warning says so")
    func unconfigured() throws {
        try FileManager.default.removeItem(at: root.appendingPathComponent("config.yaml"))
        let result = try doctor()
        #expect(result.status == 0 && result.errors.contains("nothing is compared with policies"), "\(result.all)")
        try edit("cpu_manager_state", "\"1-6,17-22\"", "\"1-8,17-22\"")
        #expect(try doctor("-o", "json").output.contains("\"starts\" : false"))
    }

    @Test("a flag that belongs to the other kind of doctor is one line")
    func usage() throws {
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        for words in [["--repair", "x"], ["--kubelet-root", root.path, "--ledger", "x"]] {
            let result = try run(program, ["doctor"] + words)
            #expect(result.status == 2 && result.errors.split(separator: "\n").count == 1, "\(result.all)")
        }
        let nothing = try doctor(folder: folder.url)
        #expect(nothing.status == 3 && nothing.errors.contains("no state file of a kubelet is there"), "\(nothing.all)")
    }
}
