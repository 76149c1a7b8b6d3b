// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMACore
import ProviderHost
import ProviderIsolation
import Synchronization
import TestSupport

/// The library that does the worst, and a host that runs it in a process.
enum ChaosProvider {
    static let source = TestEnvironment.root.appendingPathComponent("Tests/ABI/chaos.c")
    static let library = Result { try CompiledLibrary(compiling: source) }
    static let other = Result {
        try CompiledLibrary(
            compiling: source,
            definitions: ["PROVIDER_ID=\"org.example.other\"", "CLAIM=\"example.org/other\""])
    }
    static let thing: ResourceName = "example.org/thing"

    static let machine = Machine(
        nodes: [0, 1].map { Machine.Node(id: $0, cpus: [$0], localCPUs: [$0], memoryBytes: 1 << 30) },
        cpus: [0, 1].map { Machine.CPU(id: $0, node: $0, socket: 0, die: 0, cache: 0, core: $0) })

    /// What providers wrote to the log.
    final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    /// Opens the libraries, each instance in a process of its own.
    static func registry(
        _ libraries: [String], settings: [String: String] = [:], deadline: Duration = .seconds(5),
        memoryLimit: UInt64 = 1 << 30, onFailure: IsolationOptions.FailureHandling = .refuse,
        systemCalls: IsolationOptions.SystemCalls = .all, user: String? = nil, log: Log = Log()
    ) throws -> ProviderRegistry {
        var rules = IsolationRules()
        rules.program = try ChildProgram.find(folder: nil)
        rules.all = .init(
            isIsolated: true, deadline: deadline, memoryLimit: memoryLimit, onFailure: onFailure,
            systemCalls: systemCalls, user: user)
        let environment = ProviderEnvironment(machine: machine, root: nil) { provider, _, reason in
            log.add("\(provider): \(reason.text)")
        }
        return ProviderRegistry(opening: libraries, settings: settings, environment: environment, by: rules)
    }

    static func pod(_ uid: String, things: UInt64, others: UInt64 = 0) -> PodSpec {
        var requests: ResourceAmounts = [thing: things]
        if others > 0 { requests["example.org/other"] = others }
        return PodSpec(uid: uid, name: uid, containers: [ContainerSpec(name: "c", requests: requests)])
    }
}
