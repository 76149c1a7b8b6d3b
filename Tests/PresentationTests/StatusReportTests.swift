// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore
import Presentation
import Testing

/// Who holds what, as a picture.
@Suite("Picture of what is held")
struct StatusReportTests {
    private func machine(nodes count: Int) -> Machine {
        let nodes = (0..<count).map { id in
            Machine.Node(
                id: id, cpus: CPUSet(id * 8..<id * 8 + 8), localCPUs: CPUSet(id * 8..<id * 8 + 8), memoryBytes: 8 << 30)
        }
        let cpus = (0..<count * 8).map { id in
            Machine.CPU(id: id, node: id / 8, socket: id / 8, die: id / 8, cache: id / 8, core: id)
        }
        return Machine(nodes: nodes, cpus: cpus)
    }

    private func pod(_ name: String, cpu: Int, state: LedgerPod.State = .committed) -> LedgerPod {
        let spec = PodSpec(
            uid: name, namespace: "ns", name: name, containers: [ContainerSpec(name: "app", requests: ["cpu": 1000])])
        let pieces: [Assignment] = [
            Assignment(.cpu, .cpus([cpu])),
            Assignment(
                .memory, .memory(nodes: [cpu / 8], bytes: 1 << 30, shares: [.init(node: cpu / 8, bytes: 1 << 30)])),
        ]
        return LedgerPod(
            sequence: UInt64(cpu + 1), state: state,
            admission: LedgerAdmission(pod: spec, pieces: [pieces], time: "2026-01-01T00:00:00Z"))
    }

    private func books(nodes count: Int) -> ProviderBooks {
        ProviderBooks(
            stock: (0..<count).flatMap { id in
                [
                    Stock(.cpu, locality: .nodes([id]), free: 6000, total: 8000),
                    Stock(.memory, locality: .nodes([id]), free: 6 << 30, total: 8 << 30),
                ]
            }, sharedCPUs: CPUSet(2..<count * 8))
    }

    @Test("a node, whole; what is not settled is marked")
    func node() {
        let pods = [pod("a", cpu: 0), pod("b", cpu: 1, state: .intended)]
        let books = ProviderBooks(
            stock: books(nodes: 1).stock + [
                Stock("x/gpu", locality: .nodes([0]), free: 1, total: 1),
                Stock("x/nic", locality: .unknown, free: 1, total: 1),
                Stock("x/nic", locality: .any, free: 1, total: 2),
            ], sharedCPUs: CPUSet(2..<8),
            devices: [.init(id: "g0", resource: "x/gpu", locality: .nodes([0]), isHealthy: false, isFree: true)])
        let text = StatusReport(pods, on: machine(nodes: 1), books: books).picture(width: 100, hasColour: false)
        #expect(
            text == """
                ┌─ node 0 ─────────────────────────────┐ ┌─ on no single node ──────────────────┐
                │ CPUs 0-7: 6 of 8 free                │ │ x/nic: 2 of 3 free                   │
                │   2-7  shared                        │ │                                      │
                │   0    ns/a/app                      │ │                                      │
                │   1    ns/b/app (intended)           │ │                                      │
                │ memory: 6Gi of 8Gi free ███········· │ │                                      │
                │   1Gi  ns/a/app                      │ │                                      │
                │   1Gi  ns/b/app (intended)           │ │                                      │
                │ x/gpu: 1 of 1 free                   │ │                                      │
                │   g0  free, unhealthy                │ │                                      │
                └──────────────────────────────────────┘ └──────────────────────────────────────┘

                """, "\(text)")
    }

    @Test("many holders of a node are counted")
    func manyPods() {
        let pods = (0..<8).map { pod("p\($0)", cpu: $0) }
        let text = StatusReport(pods, on: machine(nodes: 1), books: books(nodes: 1)).picture(
            width: 100, hasColour: false)
        #expect(
            text.contains("1Gi  ns/p5/app") && !text.contains("ns/p6/app") && text.contains("and 2 more"), "\(text)")
    }

    @Test("many nodes have small boxes, that fit the width")
    func manyNodes() {
        let pods = (0..<512).map { pod("p\($0)", cpu: $0) }
        let report = StatusReport(pods, on: machine(nodes: 64), books: books(nodes: 64))
        for width in [40, 80, 120] {
            let lines = report.picture(width: width, hasColour: false).split(separator: "\n")
            #expect(lines.allSatisfy { $0.count <= width })
            #expect(lines.joined().contains("node 63") && lines.joined().contains("cpu 6 of 8"))
        }
        #expect(report.picture(width: 120, hasColour: false).split(separator: "\n").count < 64)
    }

    @Test("no machine, no picture; colour changes no word")
    func colour() {
        #expect(StatusReport([pod("a", cpu: 0)]).picture(width: 80, hasColour: true).isEmpty)
        let report = StatusReport([pod("a", cpu: 0)], on: machine(nodes: 2), books: books(nodes: 2))
        let coloured = report.picture(width: 80, hasColour: true)
        #expect(coloured.contains("\u{1B}["))
        #expect(coloured.replacing(/\u{1B}\[[0-9]*m/, with: "") == report.picture(width: 80, hasColour: false))
    }

    @Test("what the doctor says of each pod")
    func doctor() {
        let gone = Loss(of: pod("c", cpu: 2).admission.pod, container: "app", "CPU 2 is gone")
        let pods = [
            PodDiagnosis(pod: pod("a", cpu: 0), answer: .asItIs),
            PodDiagnosis(pod: pod("b", cpu: 1, state: .releasing)),
            PodDiagnosis(pod: pod("c", cpu: 2), lost: [gone]),
            PodDiagnosis(pod: pod("d", cpu: 3), answer: .refused(Reason("restricted would refuse it: why"))),
        ]
        let report = DoctorReport(pods, lostBooks: [])
        #expect(!report.fine && DoctorReport([pods[0]], lostBooks: []).fine)
        #expect(
            report.text(Emphasis(isOn: false)) == """
                pod ns/a: would be admitted as it is
                pod ns/b: its release did not end: the next admit or release ends it
                pod ns/c: holds what is gone
                  app: CPU 2 is gone
                pod ns/d: restricted would refuse it: why

                What pods hold is left to them: a change applies to later admissions.

                What is left stays with its pod, and what comes back is its own again.

                """)
    }
}
