// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import HintMerge
import Ledger
import NUMACore
import ProviderHost
import TestSupport

/// One fault in one call, in the life of a node with a ledger and another provider.
struct ChaosCase: Sendable, CustomStringConvertible {
    static let calls = [
        "create", "restore", "restore (numa-hints.memory/1)", "start", "hints", "prepare", "release", "commit",
        "rollback", "started", "devices", "stock", "shared", "memory", "stop", "destroy",
    ]
    static let faults = ["segv", "abort", "exit", "memory", "garbage", "close", "loop"]
    static let all = calls.flatMap { call in faults.map { ChaosCase(call: call, fault: $0) } }

    /// What the host does meanwhile.
    struct Course {
        /// Lines of the log and what the host threw.
        var said: [String] = []
        /// How much longer than its deadline an operation took, at the most.
        var excess = Duration.zero
        /// What is not as it should be.
        var problems: [String] = []
    }

    var call: String
    var fault: String
    /// It comes back in each process, until none is started any more.
    var isLasting = false
    var description: String { "\(isLasting ? "lasting " : "")\(fault) in \(call)" }

    private var isLoop: Bool { fault == "loop" }
    private var deadline: Duration { isLoop ? .milliseconds(600) : .seconds(10) }
    /// Of the call itself.
    private var ownDeadline: Duration {
        ["create", "restore", "restore (numa-hints.memory/1)", "start"].contains(call) ? deadline * 6 : deadline
    }

    /// What is said of the fault.
    var words: [String] {
        if isLasting, call == "commit" { return ["killed by SIGSEGV in commit", "not started again after 3 restarts"] }
        return switch fault {
        case "segv": ["killed by SIGSEGV in \(call)"]
        case "abort", "memory": ["killed by SIGABRT in \(call)"]
        case "exit": ["exited with status 3 in \(call)"]
        case "garbage": ["sent a packet that is none of ours in \(call), and was killed"]
        case "close": ["exited with status 70 in \(call)"]
        default: ["gave no answer in \(call) within "]
        }
    }

    func run() throws -> Course {
        let folder = try PrivateFolder()
        let hardware = folder.url.appendingPathComponent("hardware")
        try FileManager.default.createDirectory(at: hardware, withIntermediateDirectories: false)
        let once = folder.url.appendingPathComponent("once").path
        let ledger = try SQLiteLedger(path: LedgerPlace.memory)
        let sound = "{\"hardware\":\"\(hardware.path)\"}"
        let mark = isLasting ? "" : once
        let bad = "{\"call\":\"\(call)\",\"fault\":\"\(fault)\",\"once\":\"\(mark)\",\"hardware\":\"\(hardware.path)\"}"
        var course = Course()
        do {
            var admission = try Self.boot(try Self.local(sound), ledger)
            _ = try admission.admit(ChaosProvider.pod("old", things: 2, others: 1))
        }
        try live(bad, ledger, &course)
        // The next process finds the ledger, the providers and the hardware in accord.
        let providers = try Self.local(sound)
        _ = try Self.boot(providers, ledger)
        try compare(providers, ledger, &course)
        let given = try Self.held(in: ledger, of: ChaosProvider.thing)
        let found = try FileManager.default.contentsOfDirectory(atPath: hardware.path).sorted()
        if given != found { course.problems.append("the hardware has \(found), the ledger \(given)") }
        return course
    }

    /// All that a host does with its providers, whatever fails.
    private func live(_ settings: String, _ ledger: SQLiteLedger, _ course: inout Course) throws {
        let log = ChaosProvider.Log()
        func attempt(_ body: () throws -> Void) {
            let clock = ContinuousClock()
            let time = clock.measure {
                do { try body() } catch { course.said.append("\(error)") }
            }
            if isLoop { course.excess = max(course.excess, time - ownDeadline) }
        }
        do {
            let remote = try ChaosProvider.registry(
                [try ChaosProvider.library.get().url.path], settings: ["org.example.chaos": settings],
                deadline: deadline, memoryLimit: 512 << 20, log: log)
            course.said += remote.refused.map(\.reason)
            guard let chaos = remote.providers.first else { return }
            let providers = [chaos] + (try Self.others())
            var admission: DurableAdmission?
            attempt { admission = try Self.boot(providers, ledger) }
            if admission != nil {
                attempt { _ = try admission?.admit(ChaosProvider.pod("big", things: 1, others: 9)) }
                attempt { _ = try admission?.admit(ChaosProvider.pod("new", things: 3, others: 1)) }
                attempt { chaos.started(Holder(podUID: "new", container: "c")) }
                attempt { _ = try admission?.release(Holder(podUID: "old")) }
                attempt { _ = try chaos.devices() }
                attempt { _ = try chaos.stock() }
                attempt { _ = try chaos.sharedCPUs() }
                attempt { _ = try admission?.admit(ChaosProvider.pod("last", things: 2, others: 2)) }
                if chaos.isolation?.isQuarantined == false { try compare(providers, ledger, &course) }
            }
        }
        // Here the instance was stopped and destroyed.
        course.said += log.all
    }

    /// Providers, and the ledger's pods that were not left to the next process, must agree.
    private func compare(_ providers: [ProviderInstance], _ ledger: SQLiteLedger, _ course: inout Course) throws {
        for provider in providers {
            let claim = provider.claims.map { ResourceName($0.pattern) }.first ?? ChaosProvider.thing
            let given = try Self.held(in: ledger, of: claim)
            let held = try provider.devices().filter { !$0.isFree }.map(\.id)
            if held != given { course.problems.append("\(provider.id) holds \(held), the ledger \(given)") }
        }
    }

    private static func held(in ledger: SQLiteLedger, of resource: ResourceName) throws -> [String] {
        try ledger.pods().filter { $0.state == .committed }.flatMap { $0.admission.pieces.joined() }.compactMap {
            piece in
            guard piece.resource == resource, case .device(let id, _) = piece.piece else { return nil }
            return id
        }.sorted()
    }

    // MARK: Nodes

    private static func local(_ settings: String) throws -> [ProviderInstance] {
        ProviderRegistry(
            opening: [try ChaosProvider.library.get().url.path], settings: ["org.example.chaos": settings],
            environment: ProviderEnvironment(machine: ChaosProvider.machine, root: nil)
        ).providers + (try others())
    }

    private static func others() throws -> [ProviderInstance] {
        ProviderRegistry(
            opening: [try ChaosProvider.other.get().url.path], settings: [:],
            environment: ProviderEnvironment(machine: ChaosProvider.machine, root: nil)
        ).providers
    }

    private static func boot(_ providers: [ProviderInstance], _ ledger: SQLiteLedger) throws -> DurableAdmission {
        let scribe = LedgerScribe(
            now: { "now" }, decision: { "{\"admits\":\($0.verdict.isAdmitted)}" },
            event: { "\($0) \($1) \($2 ?? "") \($3)" })
        return try DurableAdmission(
            ChaosProvider.machine, providers: providers,
            settings: AdmissionSettings(merge: MergeOptions(policy: .bestEffort)), ledger: ledger, scribe: scribe)
    }
}
