// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// The whole process: `run -- true`, which reads the machine, reserves in a ledger that lasts and frees again, against
/// numactl, which does none of that.
enum RunBench {
    static let runs = 21

    static var groups: [BenchGroup] {
        [BenchGroup(title: "run a command that does nothing, whole process, median of \(runs)") { try rows() }]
    }

    private static func rows() throws -> [BenchRow] {
        let folder = try PrivateFolder()
        let ledger = folder.url.appendingPathComponent("ledger.db").path
        let program = TestEnvironment.built.appendingPathComponent("numa-hints").path
        let peer = ["--cpunodebind=0", "--membind=0", "true"]
        // What is compared: the name, the program and its arguments.
        let commands = [
            ("numa-hints run -- true", ["run", "--ledger", ledger, "--", "true"]),
            (
                "numa-hints run --cpus 1 --memory 64Mi -- true",
                [
                    "run", "--ledger", ledger, "--cpus", "1", "--memory", "64Mi", "--", "true",
                ]
            ), ("numa-hints --version", ["--version"]),
        ]
        var why: String?
        do { _ = try WholeProcess.time("numactl", peer) } catch {
            let isThere = try TestSupport.run("sh", ["-c", "command -v numactl"]).status == 0
            why = isThere ? "\(error)" : "numactl is not installed: it is in the package numactl"
        }
        var own = [[Duration]](repeating: [], count: commands.count)
        var theirs: [Duration] = []
        // Turn about, so that what else the machine does falls on all.
        for _ in 0..<runs {
            for (place, command) in commands.enumerated() {
                own[place].append(try WholeProcess.time(program, command.1))
            }
            if why == nil { theirs.append(try WholeProcess.time("numactl", peer)) }
        }
        let yardstick = why == nil ? WholeProcess.median(theirs) : nil
        let rows = zip(commands, own).map { command, times in
            let time = WholeProcess.median(times)
            return BenchRow(
                name: command.0, time: time,
                comparison: yardstick.map { "\(Bench.rounded(time / $0)) times numactl" } ?? "not compared")
        }
        let name = "numactl \(peer.joined(separator: " "))"
        return rows + [BenchRow(name: name, time: yardstick, comparison: why ?? "")]
    }
}
