// SPDX-License-Identifier: Apache-2.0

import Foundation
import NUMAHints
import Ledger
import TestSupport
import Testing

@Suite("The face for those who embed this")
struct TopologyManagerTests {
    private let folder: PrivateFolder

    init() throws { folder = try PrivateFolder() }

    private var ledger: String { folder.url.appendingPathComponent("ledger.db").path }

    private func options(_ machine: String = "sim:gb200") -> TopologyManager.Options {
        var options = TopologyManager.Options()
        options.machine = machine
        options.ledger = ledger
        options.watchInterval = .milliseconds(10)
        return options
    }

    private func pod(_ uid: String, cpus: UInt64 = 4) -> PodSpec {
        let amounts: ResourceAmounts = [.cpu: cpus * 1000, .memory: 1 << 30]
        return PodSpec(
            uid: uid, namespace: "default", name: uid,
            containers: [ContainerSpec(name: "app", requests: amounts, limits: amounts)], qos: .guaranteed)
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func command(_ words: String...) throws -> CommandResult {
        try numaHints(words + ["--machine", "sim:gb200", "--ledger", ledger, "-o", "json"])
    }

    @Test("what is admitted is held, and released, and what is released is free")
    func admission() async throws {
        let manager = try await TopologyManager(options())
        let foreseen = try await manager.explain(pod("one"))
        let given = try await manager.admit(pod("one"))
        #expect(given.outcome == .admitted && given.isAdmitted && given.reason == nil)
        #expect(given.allocations == foreseen.allocations && !given.allocations.isEmpty)
        let again = try await manager.admit(pod("one"))
        #expect(again.outcome == .held && again.allocations == given.allocations)
        let held = try await manager.status().pods
        #expect(held.map(\.uid) == ["one"] && held[0].isSettled && held[0].allocations == given.allocations)
        let release = try await manager.release("one")
        #expect(release.hadSomething && release.had == given.allocations)
        #expect(try await !manager.release("one").hadSomething)
        #expect(try await manager.status().pods.isEmpty)
    }

    @Test("a refusal is a decision with a reason, and changes nothing")
    func refusal() async throws {
        var options = options()
        options.policy = .singleNUMANode
        let manager = try await TopologyManager(options)
        let decision = try await manager.admit(pod("wide", cpus: 100_000))
        #expect(decision.outcome == .refused && decision.allocations.isEmpty)
        #expect(decision.reason?.text.isEmpty == false && "\(decision)".contains("refused"))
        #expect(try await manager.status().pods.isEmpty)
    }

    @Test("documents are those of the commands, and the ledger is theirs too")
    func documents() async throws {
        let manager = try await TopologyManager(options())
        let text = try String(
            contentsOf: TestEnvironment.root.appendingPathComponent("Examples/pods/redis.yaml"), encoding: .utf8)
        let pod = try #require(try TopologyManager.pods(in: text).first)
        let path = "Examples/pods/redis.yaml"
        func same(_ own: String, _ theirs: CommandResult) throws {
            #expect(
                try NSDictionary(dictionary: json(own)) == NSDictionary(dictionary: json(theirs.output)),
                "\(own)\n\(theirs.all)")
        }
        let admitted = try await manager.admit(pod)
        #expect(try json(admitted.json)["schemaVersion"] as? Int == 1)
        try same(try await manager.admit(pod).json, try command("admit", path))
        try same(try await manager.status().json, try command("status"))
        let theirs = try command("release", pod.uid)
        #expect(theirs.status == 0 && theirs.output.contains("released"))
        try same(try await manager.explain(pod).json, try command("explain", path))
        #expect(try await manager.status().pods.isEmpty)
    }

    @Test("containers are held to what they were given, and kept out where their cgroup is not there")
    func attachment() async throws {
        let tree = folder.url.appendingPathComponent("cgroup")
        for group in ["", "web"] {
            let url = tree.appendingPathComponent(group)
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            try "cpuset cpu hugetlb\n".write(
                to: url.appendingPathComponent("cgroup.controllers"), atomically: false, encoding: .utf8)
            for (name, text) in [
                ("cpuset.cpus", ""), ("cpuset.mems", ""), ("cpuset.cpus.effective", group.isEmpty ? "0-143" : "0-3"),
                ("cpuset.mems.effective", group.isEmpty ? "0-1" : "0"),
                ("cgroup.subtree_control", "cpuset cpu hugetlb\n"),
            ] {
                try text.write(to: url.appendingPathComponent(name), atomically: false, encoding: .utf8)
            }
        }
        var options = options()
        options.cgroupRoot = tree.path
        let manager = try await TopologyManager(options)
        _ = try await manager.admit(pod("one"))
        let attachment = try await manager.attach("one", container: "app", to: .path("/web"))
        let written = try String(contentsOf: tree.appendingPathComponent("web/cpuset.cpus"), encoding: .utf8)
        #expect(
            attachment.cgroup == "/web"
                && written.trimmingCharacters(in: .whitespacesAndNewlines) == attachment.cpus.list)
        #expect(try json(attachment.json)["event"] as? String == "confined")
        await #expect(throws: NUMAHintsError.self) {
            try await manager.attach("one", container: "app", to: .path("/no"))
        }
        #expect(try await manager.status().pods.count == 1)
    }

    @Test("changes by others are told, once, and in order")
    func changes() async throws {
        let manager = try await TopologyManager(options())
        let other = try await TopologyManager(options())
        var changes = try await manager.changes().makeAsyncIterator()
        let admitted = try await other.admit(pod("one"))
        let first = await changes.next()
        #expect(first?.kind == .admitted && first?.uid == admitted.uid && first?.pod == "default/one")
        _ = try await other.release("one")
        let second = await changes.next()
        #expect(second?.kind == .released && second?.uid == "one")
        #expect(try json(try #require(second).json)["event"] as? String == "released")
        await manager.close()
        #expect(await changes.next() == nil)
    }

    @Test("devices and memory that come and go are told")
    func machineChanges() async throws {
        let source = TestEnvironment.root.appendingPathComponent("Examples/machines/two-node.json")
        let text = try String(contentsOf: source, encoding: .utf8)
        let path = folder.url.appendingPathComponent("machine.json")
        try text.write(to: path, atomically: true, encoding: .utf8)
        let manager = try await TopologyManager(options(path.path))
        var changes = try await manager.changes().makeAsyncIterator()
        let less = text.replacing("\"id\":0,\"memory\":17179869184", with: "\"id\":0,\"memory\":8589934592")
        try less.write(to: path, atomically: true, encoding: .utf8)
        let change = await changes.next()
        #expect(
            change?.kind == .machine && change?.description.contains("less memory") == true,
            "\(String(describing: change))")
        await manager.close()
    }

    @Test("what was closed says so")
    func closed() async throws {
        let manager = try await TopologyManager(options())
        _ = try await manager.admit(pod("one"))
        await manager.close()
        await manager.close()
        let error = await #expect(throws: NUMAHintsError.self) { try await manager.status() }
        #expect(error?.code == .closed)
        await #expect(throws: NUMAHintsError.self) { try await manager.changes() }
        // What was given stays given.
        #expect(try await TopologyManager(options()).status().pods.count == 1)
    }

    @Test(
        "what cannot be is told when it is opened",
        arguments: ["machine", "configuration", "providers", "history", "ledger"])
    func opening(_ wrong: String) async throws {
        var options = options()
        switch wrong {
        case "machine": options.machine = "sim:nothing"
        case "configuration": options.configuration = "/nowhere/numa-hints.yaml"
        case "providers": options.providers = [folder.url.path]
        case "history": options.history = -1
        default:
            options.ledger = nil
            options.environment = [:]
            if geteuid() == 0 { options.lockWait = .seconds(-1) }
        }
        let codes: [String: NUMAHintsError.Code] = [
            "machine": .usage, "configuration": .input, "providers": .provider, "history": .usage,
            "ledger": geteuid() == 0 ? .usage : .state,
        ]
        let copy = options
        let error = await #expect(throws: NUMAHintsError.self) { _ = try await TopologyManager(copy) }
        #expect(error?.code == codes[wrong], "\(String(describing: error))")
    }

    @Test("many tasks at once get what does not overlap")
    func concurrently() async throws {
        let managers = [try await TopologyManager(options()), try await TopologyManager(options())]
        let pods = (0..<12).map { pod("pod-\($0)") }
        let given = try await withThrowingTaskGroup(of: Decision.self) { group in
            for (index, pod) in pods.enumerated() { group.addTask { try await managers[index % 2].admit(pod) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        var taken = CPUSet()
        for assignment in given.flatMap(\.allocations).flatMap(\.assignments) {
            guard case .cpus(let cpus) = assignment.piece else { continue }
            #expect(taken.intersection(cpus).isEmpty)
            taken = taken.union(cpus)
        }
        #expect(taken.count == 48)
        // The lock is free again for others.
        let lock = try LedgerLock(ledger: ledger, wait: .zero)
        #expect(lock != nil)
    }
}
