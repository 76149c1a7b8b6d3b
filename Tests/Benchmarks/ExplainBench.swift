// SPDX-License-Identifier: Apache-2.0

import Foundation
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
        let pod = TestEnvironment.root.appendingPathComponent("Examples/pods/redis.yaml").path
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        let environment = ["HWLOC_FSROOT": root, "HWLOC_COMPONENTS": "linux,stop", "HWLOC_THISSYSTEM": "0"]
        var own: [Duration] = []
        var peer: [Duration] = []
        for _ in 0..<runs {
            own.append(try WholeProcess.time(program, ["explain", pod, "--machine", root]))
            peer.append(try WholeProcess.time("/usr/bin/lstopo-no-graphics", [], environment))
        }
        let (mine, theirs) = (WholeProcess.median(own), WholeProcess.median(peer))
        return [
            BenchRow(
                name: "numa-hints explain", time: mine,
                comparison: "\(Bench.rounded(mine / theirs)) times lstopo (goal: at most 2)"),
            BenchRow(name: "lstopo-no-graphics", time: theirs, comparison: ""),
        ]
    }
}
