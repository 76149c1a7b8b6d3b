// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `numa-hints run`, on the machine that the tests run on.
@Suite("run")
struct RunCommandTests {
    private let folder: PrivateFolder
    private let ledger: String

    init() throws {
        folder = try PrivateFolder()
        ledger = folder.url.appendingPathComponent("ledger.db").path
    }

    private func runs(_ options: [String], _ command: String...) throws -> CommandResult {
        try run(Self.program, ["run", "--ledger", ledger] + options + ["--"] + command)
    }

    private static var program: String { TestEnvironment.built.appendingPathComponent("numa-hints").path }

    private func status() throws -> String { try numaHints("status", "--ledger", ledger).output }

    private func expectNothingHeld() throws { #expect(try status().hasSuffix("nothing is held (\(ledger))\n")) }

    @Test("the command runs on one CPU, its memory is bound, and nothing is held afterwards")
    func confined() throws {
        let script = "grep Cpus_allowed_list /proc/self/status; grep -c ' bind:' /proc/self/numa_maps"
        let result = try runs(["--cpus", "1", "--memory", "64Mi"], "sh", "-c", script)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.all)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 2 && Int(lines[0].split(separator: "\t").last ?? "") != nil, "\(result.all)")
        #expect((Int(lines.last ?? "") ?? 0) > 0, "\(result.all)")
        try expectNothingHeld()
    }

    @Test(
        "the status is the command's, or says whose fault it was",
        arguments: [
            (["sh", "-c", "exit 7"], Int32(7), ""), (["sh", "-c", "kill -9 $$"], 137, ""),
            (["no-such-command"], 127, "numa-hints: no-such-command: No such file or directory\n"),
            (["/tmp"], 126, "numa-hints: /tmp: Permission denied\n"),
        ])
    func statuses(command: [String], status: Int32, errors: String) throws {
        let result = try run(Self.program, ["run", "--ledger", ledger, "--"] + command)
        #expect(result.status == status && result.errors == errors, "\(result.all)")
        try expectNothingHeld()
    }

    @Test(
        "what cannot be is one clear line and 125",
        arguments: [
            (["--cpus", "0"], "--cpus must be 1 to 65536, found 0"),
            (["--memory", "much"], "--memory must be an amount like 16Gi, found \"much\""),
            (["--hugepages-2Mi", "3Mi"], "--hugepages-2Mi must be whole pages, found \"3Mi\""),
            (["--device", "gpu"], "--device must be a resource and a count, like nvidia.com/gpu=1, found \"gpu\""),
        ])
    func mistakes(options: [String], line: String) throws {
        let result = try runs(options, "true")
        #expect(result.status == 125 && result.errors == "numa-hints: \(line)\n", "\(result.all)")
        let none = try run(Self.program, ["run", "--ledger", ledger])
        #expect(none.status == 125 && none.errors.hasPrefix("numa-hints: expected a command after --"), "\(none.all)")
    }

    @Test("where no cgroup can be made the command runs all the same, and nothing of it is left")
    func withoutCgroup() throws {
        // Files that look like cgroups, where no kernel fills a group that is made.
        let cgroups = folder.url.appendingPathComponent("cgroups")
        try FileManager.default.createDirectory(at: cgroups, withIntermediateDirectories: true)
        for (name, text) in [("controllers", "cpuset hugetlb"), ("subtree_control", ""), ("procs", "")] {
            try Data((text + "\n").utf8).write(to: cgroups.appendingPathComponent("cgroup.\(name)"))
        }
        for (options, why) in [
            (["--cgroup-root", cgroups.path], cgroups.path), (["--cgroup-root", "/nowhere"], "/nowhere: there are no"),
            (["--no-cgroup"], "--no-cgroup was given"),
        ] {
            let result = try runs(
                options + ["--verbose", "--cpus", "1"], "grep", "Cpus_allowed_list", "/proc/self/status")
            let cpu = try #require(result.output.split(separator: "\t").last).trimmingCharacters(in: .newlines)
            let line = "numa-hints: grep runs on the CPU \(cpu), by affinity and memory policy alone: \(why)"
            #expect(result.status == 0 && result.errors.hasPrefix(line), "\(result.all)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.all)")
        }
        let left = try FileManager.default.subpathsOfDirectory(atPath: cgroups.path)
        #expect(left.sorted() == ["cgroup.controllers", "cgroup.procs", "cgroup.subtree_control"])
        try expectNothingHeld()
    }

    @Test("what is not there is refused with the numbers")
    func refused() throws {
        let result = try runs(["--cpus", "60000"], "true")
        #expect(result.status == 125, "\(result.all)")
        #expect(result.errors.hasPrefix("numa-hints: true is refused: needs 60000 CPUs, "), "\(result.all)")
        let unknown = try runs(["--device", "example.org/nothing=1"], "true")
        #expect(unknown.status == 125, "\(unknown.all)")
        #expect(unknown.errors.hasPrefix("numa-hints: true is refused: "), "\(unknown.all)")
        #expect(unknown.errors.contains("example.org/nothing"), "\(unknown.all)")
    }

    @Test("a signal reaches the command, and what a killed run held is found and freed")
    func signals() throws {
        let ended = try start("trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done")
        try awaitLine(ended)
        kill(ended.process.processIdentifier, SIGTERM)
        ended.process.waitUntilExit()
        #expect(ended.process.terminationStatus == 3)
        try expectNothingHeld()

        // The command goes on without its run, and keeps what it has until it ends.
        let killed = try start("echo $$; exec sleep 60")
        let pid = try #require(Int32(try awaitLine(killed)))
        kill(killed.process.processIdentifier, SIGKILL)
        // Foundation sees its end only with that of the command, which has its files.
        while ProcessState(killed.process.processIdentifier).isRunning { usleep(5000) }
        _ = try runs([], "true")
        #expect(try status().contains("\npod run/sh ("))
        let group = try makeGroup()
        kill(pid, SIGKILL)
        while ProcessState(pid).isRunning { usleep(5000) }
        let result = try runs([], "true")
        #expect(
            result.errors == "numa-hints: sh: its process \(pid) has ended, what it held is free\n", "\(result.all)")
        try expectNothingHeld()
        #expect(!FileManager.default.fileExists(atPath: group.path))
    }

    /// Attaches what runs to a folder that is named as the cgroup that run would have made for it.
    private func makeGroup() throws -> URL {
        let data = try numaHints("status", "--ledger", ledger, "-o", "json").output
        let uid = try #require(ExplainCommandTests.value(data, "pods", 0, "uid") as? String)
        let cgroups = folder.url.appendingPathComponent("cgroups")
        let group = cgroups.appendingPathComponent("numa-hints/\(uid)")
        try FileManager.default.createDirectory(at: group, withIntermediateDirectories: true)
        try Data("cpuset".utf8).write(to: cgroups.appendingPathComponent("cgroup.controllers"))
        let files = ["cpuset.cpus", "cpuset.mems"].map(group.appendingPathComponent)
        for file in files { try Data().write(to: file) }
        let attached = try numaHints(
            "attach", "\(uid)/sh", "--ledger", ledger, "--cgroup-root", cgroups.path, "--cgroup", "/numa-hints/\(uid)")
        #expect(attached.status == 0, "\(attached.all)")
        // The kernel's files would not be in the way.
        for file in files { try FileManager.default.removeItem(at: file) }
        return group
    }

    @Test("a run that waits says what for, and runs when it is there")
    func waiting() throws {
        let cpus = try Int(runs([], "nproc").output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 1
        let go = folder.url.appendingPathComponent("go").path
        let first = try start("echo ready; while [ ! -e \(go) ]; do sleep 0.05; done", "--cpus", "\(cpus)")
        try awaitLine(first)
        let second = try start("true", "--wait", "--cpus", "1", errors: true)
        let line = try awaitLine(second)
        #expect(line.hasPrefix("numa-hints: sh waits: needs 1 CPU, 0 of \(cpus) are free: "), "\(line)")
        #expect(FileManager.default.createFile(atPath: go, contents: nil))
        second.process.waitUntilExit()
        #expect(second.process.terminationStatus == 0)
        first.process.waitUntilExit()
        try expectNothingHeld()
    }

    /// Starts a run; what it prints, or its errors, are read from the pipe.
    private func start(
        _ script: String, _ options: String..., errors: Bool = false
    ) throws -> (process: Process, output: Pipe) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments =
            ["run", "--ledger", ledger] + (options.isEmpty ? ["--cpus", "1"] : options) + ["--", "sh", "-c", script]
        if errors { process.standardError = output } else { process.standardOutput = output }
        try process.run()
        return (process, output)
    }

    @discardableResult
    private func awaitLine(_ started: (process: Process, output: Pipe)) throws -> String {
        var line = Data()
        while let byte = try started.output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) {
            line += byte
        }
        return String(decoding: line, as: UTF8.self)
    }
}

/// What the kernel says of a process.
private struct ProcessState {
    /// False also for one that has ended and was not waited for.
    let isRunning: Bool

    init(_ pid: Int32) {
        let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        let state = stat.split(separator: ")").last?.trimmingCharacters(in: .whitespaces).first
        isRunning = state != nil && state != "Z"
    }
}
