// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TestSupport

/// The whole process: `explain` on a recording of 64 nodes, against hwloc's own `lstopo-no-graphics` on the
/// same folder.
enum ExplainBench {
    static let runs = 20

    static var groups: [BenchGroup] {
        [BenchGroup(title: "explain on a recording of 64 nodes, whole process, median of \(runs)") { try rows() }]
    }

    private static func rows() throws -> [BenchRow] {
        guard let machines = TestEnvironment.machines else {
            return skipped("NUMA_HINTS_MACHINES names no folder of recorded machines")
        }
        let archive = machines.appendingPathComponent("altix-64node.tar.gz")
        guard FileManager.default.fileExists(atPath: archive.path) else {
            return skipped("no altix-64node.tar.gz in \(machines.path)")
        }
        guard try TestSupport.run("sh", ["-c", "command -v lstopo-no-graphics"]).status == 0 else {
            return skipped("lstopo-no-graphics is missing; it is in the package hwloc-nox")
        }
        let folder = try PrivateFolder()
        let unpacked = try TestSupport.run("tar", ["xzf", archive.path, "-C", folder.url.path])
        guard unpacked.status == 0 else { return skipped(unpacked.errors) }
        return try measured(folder.url.appendingPathComponent("altix-64node").path)
    }

    private static func skipped(_ why: String) -> [BenchRow] {
        [BenchRow(name: "numa-hints explain", comparison: why)]
    }

    /// Turn about, so that what else the machine does falls on both.
    private static func measured(_ root: String) throws -> [BenchRow] {
        let pod = TestEnvironment.root.appendingPathComponent("Examples/pods/dpdk.yaml").path
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("numa-hints").path
        let environment = ["HWLOC_FSROOT": root, "HWLOC_COMPONENTS": "linux,stop", "HWLOC_THISSYSTEM": "0"]
        var own: [Duration] = []
        var peer: [Duration] = []
        for _ in 0..<runs {
            own.append(try time(program, ["explain", pod, "--machine", root], [:]))
            peer.append(try time("/usr/bin/lstopo-no-graphics", [], environment))
        }
        let (mine, theirs) = (median(own), median(peer))
        return [
            BenchRow(
                name: "numa-hints explain", time: mine,
                comparison: "\(Bench.rounded(mine / theirs)) times lstopo (goal: at most 2)"),
            BenchRow(name: "lstopo-no-graphics", time: theirs, comparison: ""),
        ]
    }

    /// From the start of a program to its end. By the system calls themselves: Foundation's Process notices an
    /// end only at the next turn of its run loop, tens of milliseconds later.
    private static func time(_ program: String, _ arguments: [String], _ environment: [String: String]) throws
        -> Duration
    {
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        var settings = unsafe variables.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (words + settings).forEach { unsafe free($0) } }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for stream in [STDOUT_FILENO, STDERR_FILENO] {
            unsafe posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
        }
        let clock = ContinuousClock()
        let start = clock.now
        var process: pid_t = 0
        guard unsafe posix_spawn(&process, program, &actions, nil, &words, &settings) == 0 else {
            throw POSIXError(.ENOENT)
        }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        return start.duration(to: clock.now)
    }

    private static func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }
}
