// SPDX-License-Identifier: Apache-2.0

import Foundation
import KubernetesFormats
import NUMACore
import Recordings
import TestSupport
import Testing

/// The misalignments of `Examples/scenarios`: that they happen where the CPUs alone are aligned, and not where all
/// resources are, by what containers may come to use against what their nodes have.
@Suite("Scenarios")
struct ScenarioTests {
    private static let gibibyte: UInt64 = 1 << 30
    private static let machine = "Examples/machines/two-node-128.json"
    private static let pages: ResourceName = "hugepages-1Gi"
    private let folder: PrivateFolder

    init() throws { folder = try PrivateFolder() }

    private func path(_ name: String) -> String { "Examples/scenarios/\(name)" }

    private func admit(_ pods: String, _ settings: String) throws -> CommandResult {
        try numaHints(
            "admit", path(pods), "--machine", Self.machine, "--kubelet-config", path("\(settings).yaml"),
            "--ledger", ledger(settings))
    }

    private func ledger(_ settings: String) -> String {
        folder.url.appendingPathComponent("\(settings).db").path
    }

    /// What `status -o json` says, as far as it is looked at here.
    private struct Status: Decodable {
        struct Pod: Decodable {
            var uid: String
            var containers: [Container]
        }
        struct Container: Decodable { var allocation: Allocation }
        struct Allocation: Decodable { var assignments: [Piece] }
        struct Piece: Decodable {
            var resource: String
            var cpus: String?
            var bytes: UInt64?
            var nodes: [Int]?
        }
        var pods: [Pod]
    }

    /// A pod that was placed: the nodes of its CPUs, what it may use, and on which nodes it was given that.
    private struct Placed {
        var uid: String
        var cpuNodes: NUMANodeMask
        var limits: ResourceAmounts
        var given: [ResourceName: [Int]]
    }

    /// The pods of files that the ledger has.
    private func placed(_ files: [String], _ settings: String, on machine: Machine) throws -> [Placed] {
        let root = TestEnvironment.root
        let pods = try files.flatMap { try PodFile.read(root.appendingPathComponent(path($0)).path).pods }
        let text = try numaHints("status", "--ledger", ledger(settings), "-o", "json").output
        let status = try JSONDecoder().decode(Status.self, from: Data(text.utf8))
        return try status.pods.map { held in
            let pod = try #require(pods.first { $0.uid == held.uid })
            let pieces = try #require(held.containers.first).allocation.assignments
            let cpus = try #require(pieces.compactMap { $0.cpus.flatMap { CPUSet(list: $0) } }.first)
            let memory = pieces.compactMap { piece in piece.nodes.map { (ResourceName(piece.resource), $0) } }
            return Placed(
                uid: pod.uid, cpuNodes: NUMANodeMask(machine.cpus.filter { cpus.contains($0.id) }.map(\.node)),
                limits: try #require(pod.containers.first).limits,
                given: Dictionary(uniqueKeysWithValues: memory))
        }
    }

    /// What the containers whose CPUs are on a node may use of a resource, in GiB.
    private func use(of resource: ResourceName, on node: Int, by pods: [Placed]) -> UInt64 {
        pods.filter { $0.cpuNodes == [node] }.reduce(0) { $0 + ($1.limits[resource] ?? 0) } / Self.gibibyte
    }

    /// What a node has for containers, in GiB: ordinary memory without what is kept for the system, and pages.
    private func supply(_ node: Machine.Node) throws -> (memory: UInt64, pages: UInt64) {
        let path = TestEnvironment.root.appendingPathComponent(path("all-resources.yaml")).path
        let reserved = try KubeletConfiguration.read(path).configuration.reservedMemory
        let system = reserved.filter { $0.node == node.id && $0.resource == .memory }.reduce(0) { $0 + $1.bytes }
        let huge = node.hugepages.reduce(0) { $0 + $1.totalBytes }
        let pages = node.hugepages.first { $0.resource == Self.pages }?.totalBytes ?? 0
        return ((node.memoryBytes - huge - system) / Self.gibibyte, pages / Self.gibibyte)
    }

    private func withMachine(_ body: (Machine) throws -> Void) throws {
        try RecordedMachine.with(TestEnvironment.root.appendingPathComponent(Self.machine).path) {
            try body($0.machine)
        }
    }

    /// Everything of a pod is where its CPUs are, and no node is asked for more than it has.
    private func expectAligned(_ pods: [Placed], on machine: Machine) throws {
        for pod in pods {
            for resource in [.memory, Self.pages] {
                #expect(pod.given[resource] == pod.cpuNodes.members, "\(pod.uid) \(resource)")
            }
        }
        for node in machine.nodes {
            let supply = try supply(node)
            #expect(use(of: .memory, on: node.id, by: pods) <= supply.memory)
            #expect(use(of: Self.pages, on: node.id, by: pods) <= supply.pages)
        }
    }

    @Test("huge pages: the CPUs on one node, the last page on another")
    func remoteHugepages() throws {
        try withMachine { machine in
            #expect(try machine.nodes.map { try supply($0).pages } == [8, 8])
            #expect(try admit("remote-hugepages/pods.yaml", "cpu-alone").status == 0)
            let alone = try placed(["remote-hugepages/pods.yaml"], "cpu-alone", on: machine)
            #expect(alone.map(\.cpuNodes) == [[0], [0], [0]])
            #expect(alone.allSatisfy { $0.limits[.memory] == 5 << 30 && $0.limits[Self.pages] == 3 << 30 })
            // Idle ones touch a page less. There are 8 on the node: the ninth is a page of the other.
            #expect(use(of: Self.pages, on: 0, by: alone) == 9)
            #expect(use(of: Self.pages, on: 0, by: alone) - UInt64(alone.count) == 6)

            #expect(try admit("remote-hugepages/pods.yaml", "all-resources").status == 0)
            let refused = try admit("remote-hugepages/two-more.yaml", "all-resources")
            #expect(refused.status == 1)
            #expect(
                refused.output.contains(
                    """
                    pod default/forwarder-5: refused at container app
                      because hugepages-1Gi: node 0 has 2Gi of 8Gi free, node 1 has 2Gi of 8Gi, 3Gi requested; \
                    no single node is enough
                    """), "\(refused.all)")
            let all = try placed(
                ["remote-hugepages/pods.yaml", "remote-hugepages/two-more.yaml"], "all-resources", on: machine)
            #expect(all.map(\.cpuNodes) == [[0], [0], [1], [1]])
            try expectAligned(all, on: machine)
        }
    }

    @Test("memory: the CPUs of two on a node that has memory for one")
    func remoteMemory() throws {
        try withMachine { machine in
            #expect(try machine.nodes.map { try supply($0).memory } == [97, 97])
            #expect(try admit("remote-memory/pods.yaml", "cpu-alone").status == 0)
            let alone = try placed(["remote-memory/pods.yaml"], "cpu-alone", on: machine)
            #expect(alone.map(\.cpuNodes) == [[0], [0]])
            #expect(alone.map { ($0.limits[.memory] ?? 0) >> 30 } == [95, 5])
            // Each alone fits into 97 GiB, and both would fit the machine.
            #expect(use(of: .memory, on: 0, by: alone) == 100)
            #expect(use(of: Self.pages, on: 0, by: alone) == 6)

            #expect(try admit("remote-memory/pods.yaml", "all-resources").status == 0)
            let refused = try admit("remote-memory/second-pair.yaml", "all-resources")
            #expect(refused.status == 1)
            #expect(
                refused.output.contains(
                    """
                    pod default/blue-2: refused at container app
                      because node 0 has 2Gi, node 1 has 92Gi free memory, 95Gi requested
                    """), "\(refused.all)")
            let all = try placed(
                ["remote-memory/pods.yaml", "remote-memory/second-pair.yaml"], "all-resources", on: machine)
            #expect(all.map(\.uid) == ["blue", "red", "red-2"])
            #expect(all.map(\.cpuNodes) == [[0], [1], [1]])
            try expectAligned(all, on: machine)
        }
    }

    @Test("a kubelet would start with the settings", arguments: ["cpu-alone", "all-resources"])
    func settings(name: String) throws {
        let path = TestEnvironment.root.appendingPathComponent(path("\(name).yaml")).path
        let file = try KubeletConfiguration.read(path)
        #expect(file.warnings.isEmpty && file.configuration.startWarnings(memoryCapacity: 256 << 30).isEmpty)
    }
}
