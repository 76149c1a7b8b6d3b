// SPDX-License-Identifier: Apache-2.0

import CIsolation
import CNUMAHintsProvider
import CProcess
import Foundation
import NUMACore
import ProviderHost
import ProviderIsolation
import TestSupport

/// What a call of a provider costs: in this process against the bare function, and in a process of its own against a
/// bare round trip between two processes.
enum IsolationBench {
    static let samples = 4000
    /// The bytes of a question and its answer below, with their headers.
    private static let packet = 256

    static var groups: [BenchGroup] {
        [BenchGroup(title: "isolation: a call of hints with a small answer, median of \(samples)") { try rows() }]
    }

    /// Runs the body, and the processes that it starts, on one CPU: where the kernel puts the two ends of a socket would
    /// else decide more than what they do.
    private static func onOneCPU<Value>(_ body: () throws -> Value) throws -> Value {
        let status = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
        let list = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }?.split(separator: "\t")
            .last
        guard let list, let allowed = CPUSet(list: list), let cpu = allowed.last else { return try body() }
        func run(on cpus: CPUSet) {
            var words = Array(repeating: UInt(0), count: cpu / UInt.bitWidth + 1)
            for cpu in cpus { words[cpu / UInt.bitWidth] |= 1 << UInt(cpu % UInt.bitWidth) }
            _ = unsafe thread_set_cpus(0, words, words.count)
        }
        run(on: [cpu])
        defer { run(on: allowed) }
        return try body()
    }

    private static func rows() throws -> [BenchRow] { try onOneCPU(measured) }

    private static func measured() throws -> [BenchRow] {
        let library = try CompiledLibrary(
            compiling: TestEnvironment.root.appendingPathComponent("Tests/ABI/chaos.c")
        )
        let machine = Machine(
            nodes: [0, 1].map { Machine.Node(id: $0, cpus: [$0], localCPUs: [$0], memoryBytes: 1 << 30) },
            cpus: [0, 1].map { Machine.CPU(id: $0, node: $0, socket: 0, die: 0, cache: 0, core: $0) })
        let environment = ProviderEnvironment(machine: machine, root: nil)
        var rules = IsolationRules()
        rules.all.isIsolated = true
        rules.program = try ChildProgram.find(folder: nil)
        let near = ProviderRegistry(opening: [library.url.path], settings: [:], environment: environment)
        let apart = ProviderRegistry(
            opening: [library.url.path], settings: [:], environment: environment, by: rules)
        guard let own = near.providers.first, let isolated = apart.providers.first else {
            throw NUMAHintsError(.provider, "no provider: \(near.refused) \(apart.refused)")
        }
        let pod = PodSpec(
            uid: "u", name: "p", containers: [ContainerSpec(name: "c", requests: ["example.org/thing": 1])])
        let request = ResourceRequest(pod: pod, container: 0, candidateNodes: [0, 1])
        let bare = try BareTable(library.url.path)
        let function = Bench.median { bare.hints() }
        let host = Bench.median { _ = try? own.hints(for: request) }
        // Pods by turns, since a request like the one before is lent once.
        var place = 0
        let others = ["v", "w"].map { uid in
            var request = request
            request.pod.uid = uid
            return request
        }
        let turns = Bench.median {
            _ = try? own.hints(for: others[place])
            place = 1 - place
        }
        let echo = try Echo()
        var trips: [Duration] = []
        var calls: [Duration] = []
        let clock = ContinuousClock()
        // Turn about, so that what else the machine does falls on both.
        for _ in 0..<samples {
            trips.append(clock.measure { echo.roundTrip(packet) })
            calls.append(clock.measure { _ = try? isolated.hints(for: request) })
        }
        let (trip, call) = (trips.sorted()[samples / 2], calls.sorted()[samples / 2])
        func more(_ time: Duration) -> String {
            "\(Int((time - function) / .nanoseconds(1))) ns more than the function"
        }
        return [
            BenchRow(name: "the provider's function alone", time: function, comparison: ""),
            BenchRow(
                name: "in this process, checked", time: turns, comparison: more(turns),
                note: "\(more(host)) for the same pod again"),
            BenchRow(name: "a round trip of SOCK_SEQPACKET", time: trip, comparison: ""),
            BenchRow(
                name: "in a process of its own, checked", time: call,
                comparison: "\(Bench.rounded(call / trip)) times the round trip"),
        ]
    }

    /// The other end of the round trip, in a process of its own: sends back what comes.
    static func echo() -> Never {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let socket = Int32(ISOLATION_SOCKET)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { exit(0) }
            _ = unsafe buffer.withUnsafeBytes { unsafe send(socket, $0.baseAddress, count, 0) }
        }
    }

    /// A process that sends back what it gets.
    private final class Echo {
        private let child: isolation_child

        init() throws {
            let program = "/proc/\(getpid())/exe"
            var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup(program), strdup("--echo"), nil]
            var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
            var made = isolation_child()
            let problem = unsafe isolation_start(program, &arguments, &environment, &made)
            unsafe arguments.forEach { unsafe free($0) }
            guard problem == 0 else { throw NUMAHintsError(.provider, "\(program): error \(problem)") }
            child = made
        }

        func roundTrip(_ size: Int) {
            var buffer = [UInt8](repeating: 1, count: size)
            _ = unsafe buffer.withUnsafeBytes { unsafe send(child.socket, $0.baseAddress, $0.count, 0) }
            _ = unsafe buffer.withUnsafeMutableBytes { unsafe recv(child.socket, $0.baseAddress, $0.count, 0) }
        }

        deinit {
            _ = unsafe withUnsafePointer(to: child) { unsafe isolation_finish($0, 0) }
            close(child.socket)
            close(child.words)
        }
    }
}
