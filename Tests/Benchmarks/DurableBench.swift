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

    private static let rounds = 7
    private static let admissionsOfRound = 100

    /// Rounds of both by turns, and the best round of each: what else runs here disturbs them alike.
    private static func admissions() throws -> [BenchRow] {
        let folder = try PrivateFolder()
        func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }
        let node = try self.node(nodes: 2, cores: 16, threads: 2, devices: 4)
        let ledger = try SQLiteLedger(path: path("ledger.db"), history: 100_000)
        var allocator = try self.allocator(node, ledger)
        let rows = try LedgerRows(ledger: path("ledger.db"))
        let bare = try BareLedger(path: path("bare.db"), schema: rows.schema())
        let plain = try SQLiteLedger(path: LedgerPlace.memory, history: 100_000)
        var volatile = try self.allocator(try self.node(nodes: 2, cores: 16, threads: 2, devices: 4), plain)
        var durable: [Duration] = []
        var loop: [Duration] = []
        var inMemory: [Duration] = []
        for round in 0..<rounds {
            var written: [LedgerRows.Transaction] = []
            var (own, theirs, without) = (Duration.zero, Duration.zero, Duration.zero)
            for number in 0..<admissionsOfRound {
                let pod = self.pod("pod-\(round)-\(number)", cpus: 4, devices: 2)
                own += try time { try admit(pod, &allocator) }
                written.append(try rows.last())
                _ = try allocator.release(Holder(podUID: pod.uid))
            }
            for transaction in written {
                theirs += try time { try bare.insert(transaction) }
                try bare.remove(transaction)
            }
            for number in 0..<admissionsOfRound {
                let pod = self.pod("pod-\(round)-\(number)", cpus: 4, devices: 2)
                without += try time { try admit(pod, &volatile) }
                _ = try volatile.release(Holder(podUID: pod.uid))
            }
            durable.append(own / admissionsOfRound)
            loop.append(theirs / admissionsOfRound)
            inMemory.append(without / admissionsOfRound)
        }
        let (own, theirs) = (durable.min() ?? .zero, loop.min() ?? .zero)
        let ratio = (100 * (own / theirs)).rounded() / 100
        return [
            BenchRow(
                name: "2 nodes × 32 CPUs, admitted and synced", time: own,
                comparison: "the same rows, bare SQLite \(Bench.text(theirs))",
                note: "ratio \(ratio) (goal: under 1.5); \(load)"),
            BenchRow(
                name: "the same, with a ledger in memory", time: inMemory.min(),
                comparison: "nothing is synced"),
        ]
    }

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
            (try? CompactJSON.text(of: StoredDecision($0, time: "2026-01-31T12:00:00Z"))) ?? "{}"
        }
    }

    private static func pod(_ name: String, cpus: UInt64, devices: UInt64) -> PodSpec {
        let requests: ResourceAmounts = [.cpu: cpus * 1000, .memory: 1 << 30, "example.org/gpu": devices]
        return PodSpec(
            uid: name, name: name, containers: [ContainerSpec(name: "app", requests: requests, limits: requests)])
    }

    private static func admit(_ pod: PodSpec, _ allocator: inout NodeAllocator) throws {
        guard case .decided(let explanation) = try allocator.admit(pod), explanation.trace.verdict.isAdmitted else {
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
