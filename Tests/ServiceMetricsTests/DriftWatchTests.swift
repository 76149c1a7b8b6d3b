// SPDX-License-Identifier: Apache-2.0

import Enforcement
import Foundation
import Glibc
import NUMACore
import NUMAHints
import Service
import TestSupport
import Testing

@Suite("Looks for drift")
struct DriftWatchTests {
    private static func pod(_ uid: String, _ namespace: String, cpus: UInt64) -> PodSpec {
        let amounts: ResourceAmounts = [.cpu: cpus * 1000, .memory: 1 << 20]
        return PodSpec(
            uid: uid, namespace: namespace, name: "pod",
            containers: [ContainerSpec(name: "app", requests: amounts, limits: amounts)], qos: .guaranteed)
    }

    @Test("a process on other CPUs than it holds is drift, and what runs nowhere is not looked at")
    func drift() throws {
        let service = try RunningService()
        // The second pod has not the CPUs that small machines have.
        _ = try service.node.admit(Self.pod("idle", "d", cpus: 4))
        let watch = DriftWatch()
        watch.look(at: service.node)
        #expect(watch.state.last?.lookedAt == 0 && watch.state.last?.drifted == 0)
        let sleeper = Process()
        sleeper.executableURL = URL(fileURLWithPath: "/bin/sleep")
        sleeper.arguments = ["600"]
        (sleeper.standardOutput, sleeper.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try sleeper.run()
        // It has the blocked signals of the thread that started it, and ends by this alone.
        defer {
            kill(sleeper.processIdentifier, SIGKILL)
            sleeper.waitUntilExit()
        }
        let identity = try #require(ProcessIdentity(pid: sleeper.processIdentifier))
        _ = try service.node.admit(Self.pod(identity.description, "run", cpus: 1))
        watch.look(at: service.node)
        #expect(watch.state.last?.lookedAt == 1 && watch.state.last?.drifted == 1 && watch.state.failures == 0)
        // It is looked at, and nothing more: the ledger has what it had.
        #expect(try service.node.status().pods.map(\.uid) == ["idle", identity.description])
    }

    @Test("a look that fails is counted, and leaves what the one before found")
    func failure() throws {
        let service = try RunningService()
        _ = try service.node.admit(Self.pod("idle", "d", cpus: 1))
        let watch = DriftWatch()
        watch.look(at: service.node)
        let look = try #require(watch.state.last)
        var options = TopologyManager.Options()
        options.machine = "/nowhere.xml"
        options.ledger = TestEnvironment.root.appendingPathComponent("README.md").path
        watch.look(at: try ManagedNode(options))
        #expect(watch.state.last == look && watch.state.failures == 1)
    }
}
