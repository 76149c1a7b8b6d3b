// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import Foundation
import GRDB
import HintMerge
import JSONWriting
import KubernetesFormats
import Ledger
import Logging
import NUMACore
import NUMAHints
import Presentation
import ProviderHost
import TestSupport

/// What it costs that an admission lasts, and how long it takes to know again who holds what.
enum DurableBench {
    static var groups: [BenchGroup] {
        [
            BenchGroup(title: "durable admission of cpu, memory and 2 devices, by a ledger on the disk") {
                try admissions()
            },
            BenchGroup(title: "recovery: open the ledger, tell the providers") { try recovery() },
        ]
    }

    // MARK: Admission

    private static let rounds = 60
    /// As many as fit at once.
    private static let podsOfRound = 14

    /// Rounds of all three by turns, and the median round of each: what else runs here disturbs them alike. No round
    /// reads what it wrote before it ends, so that each runs as warm as the others.
    private static func admissions() throws -> [BenchRow] {
        let folder = try PrivateFolder()
        func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }
        func node() throws -> Node { try self.node(nodes: 2, cores: 16, threads: 2, devices: 32) }
        let ledger = try SQLiteLedger(path: path("ledger.db"), history: 100_000)
        var durable = try allocator(try node(), ledger)
        let rows = try LedgerRows(ledger: path("ledger.db"))
        let bare = try BareLedger(path: path("bare.db"), schema: rows.schema())
        let plain = try SQLiteLedger(path: LedgerPlace.memory, history: 100_000)
        var volatile = try allocator(try node(), plain)
        var times: (own: [Duration], bare: [Duration], inMemory: [Duration]) = ([], [], [])
        for round in 0..<rounds {
            let pods = (0..<podsOfRound).map { pod("pod-\(round)-\($0)", cpus: 4, devices: 2) }
            times.own.append(try time { for pod in pods { try admit(pod, &durable) } } / podsOfRound)
            let written = try rows.newest(podsOfRound)
            for pod in pods { _ = try durable.release(Holder(podUID: pod.uid)) }
            times.bare.append(try time { for transaction in written { try bare.insert(transaction) } } / podsOfRound)
            for transaction in written { try bare.remove(transaction) }
            times.inMemory.append(try time { for pod in pods { try admit(pod, &volatile) } } / podsOfRound)
            for pod in pods { _ = try volatile.release(Holder(podUID: pod.uid)) }
        }
        let own = median(times.own)
        let theirs = median(times.bare)
        let ratio = (100 * (own / theirs)).rounded() / 100
        return [
            BenchRow(
                name: "2 nodes × 32 CPUs, admitted and synced", time: own,
                comparison: "the same rows, bare SQLite \(Bench.text(theirs))",
                note: "ratio \(ratio) (goal: under 1.5); \(load)"),
            BenchRow(
                name: "the same, with a ledger in memory", time: median(times.inMemory),
                comparison: "nothing is synced"),
        ]
    }

    private static func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }

    // MARK: Recovery

    private static func recovery() throws -> [BenchRow] {
        let folder = try PrivateFolder()
        let path = folder.url.appendingPathComponent("ledger.db").path
        func node() throws -> Node { try self.node(nodes: 8, cores: 136, threads: 1, devices: 1000) }
        let ledger = try SQLiteLedger(path: path)
        var allocator = try self.allocator(try node(), ledger)
        for number in 0..<1000 { try admit(pod("pod-\(number)", cpus: 1, devices: 1), &allocator) }
        try ledger.close()
        var times: [Duration] = []
        for _ in 0..<9 {
            let fresh = try node()
            var opened: SQLiteLedger?
            times.append(
                try time {
                    let ledger = try SQLiteLedger(path: path)
                    _ = try self.allocator(fresh, ledger)
                    opened = ledger
                })
            guard try opened?.pods().count == 1000 else { throw Problem(text: "pods are missing") }
            try opened?.close()
        }
        times.sort()
        return [
            BenchRow(
                name: "1,000 pods of 3 pieces, 8 nodes × 136 CPUs", time: times.first,
                comparison: "goal: under 50 ms", note: "median \(Bench.text(times[times.count / 2])); \(load)")
        ]
    }

    // MARK: What both need

    struct Problem: Error {
        var text: String
    }

    private static func node(nodes: Int, cores: Int, threads: Int, devices: Int) throws -> Node {
        let machine = MachineBuilder(nodes: nodes, cores: cores, threads: threads, memory: 256 << 30).machine
        let list = (0..<devices).map {
            "{\"id\":\"gpu-\($0)\",\"nodes\":[\($0 * nodes / devices)],\"resource\":\"example.org/gpu\"}"
        }
        var settings = NodeSettings()
        settings.admission.merge.policy = .restricted
        settings.add([
            ProviderSettings(
                id: "org.numa-hints.devices", json: "{\"devices\":[\(list.joined(separator: ","))]}", file: "bench")
        ])
        return Node(
            machine, root: nil, settings: settings, search: try ProviderSearch(),
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    }

    private static func allocator(_ node: Node, _ ledger: SQLiteLedger) throws -> NodeAllocator {
        // As the admit command writes them.
        try NodeAllocator(node, ledger: ledger) {
            StoredTrace($0, time: "2026-01-31T12:00:00Z").json()
        }
    }

    private static func pod(_ name: String, cpus: UInt64, devices: UInt64) -> PodSpec {
        let requests: ResourceAmounts = [.cpu: cpus * 1000, .memory: 1 << 30, "example.org/gpu": devices]
        return PodSpec(
            uid: name, name: name, containers: [ContainerSpec(name: "app", requests: requests, limits: requests)])
    }

    private static func admit(_ pod: PodSpec, _ allocator: inout NodeAllocator) throws {
        guard case .decided(let decision) = try allocator.admit(pod), decision.trace.verdict.isAdmitted else {
            throw Problem(text: "\(pod.uid) is not admitted")
        }
    }

    private static func time(_ body: () throws -> Void) throws -> Duration {
        try ContinuousClock().measure(body)
    }

    /// How busy the machine is beside this: figures of a busy one are too high.
    private static var load: String {
        let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
        return "load \(text.split(separator: " ").first ?? "unknown")"
    }
}
