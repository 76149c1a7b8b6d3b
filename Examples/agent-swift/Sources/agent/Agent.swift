// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMAHints

/// A node agent: admits the pods whose files it is given, and tells what changes on the node until it is ended.
///
///     agent MACHINE LEDGER POD.json...
@main
struct Agent {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        var options = TopologyManager.Options()
        options.machine = words.first ?? "live"
        options.ledger = words.dropFirst().first ?? "./ledger.db"
        options.policy = .restricted
        // NUMA_HINTS_PROVIDER_PATH says where providers are.
        options.environment = ProcessInfo.processInfo.environment
        let manager = try await TopologyManager(options)
        for line in await manager.warnings { say("warning: \(line)") }
        let changes = try await manager.changes()

        for path in words.dropFirst(2) {
            for pod in try TopologyManager.pods(in: String(contentsOfFile: path, encoding: .utf8), file: path) {
                let decision = try await manager.admit(pod)
                guard decision.isAdmitted else {
                    say("\(pod.name) is refused: \(decision.reason?.text ?? "nobody says why")")
                    continue
                }
                for allocation in decision.allocations {
                    let resources = allocation.assignments.map(\.resource.rawValue).joined(separator: ", ")
                    say("\(pod.name)/\(allocation.container) has \(resources) of its own")
                }
            }
        }
        for await change in changes { say("\(change)") }
    }

    /// Says it now, also where nobody looks at a terminal.
    static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
