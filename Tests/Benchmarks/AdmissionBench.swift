// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import HintMerge
import NUMACore
import ProviderHost
import TestSupport

/// A whole admission through the libraries and their C tables, with books in memory: a pod that asks for CPUs, memory
/// and two devices; and its release, which is measured apart.
enum AdmissionBench {
    static var groups: [BenchGroup] {
        [BenchGroup(title: "admission of cpu, memory and 2 devices through the C ABI") { try rows() }]
    }

    /// What a kubelet took, measured on two cores.
    private static let kubelet: [Int: ClosedRange<Duration>] = [
        2: .microseconds(2300)...(.microseconds(2300)), 8: .milliseconds(98)...(.milliseconds(2100)),
    ]

    private static func rows() throws -> [BenchRow] {
        var rows: [BenchRow] = []
        for (nodes, goal) in [(2, 100), (8, 300)] {
            for isBusy in [false, true] {
                let (time, release) = try admission(nodes: nodes, isBusy: isBusy)
                let peer = kubelet[nodes] ?? .zero...(.zero)
                let slowest = Int((peer.upperBound / time).rounded())
                let fastest = Int((peer.lowerBound / time).rounded())
                rows.append(
                    BenchRow(
                        name: "\(nodes) nodes × 32 CPUs, \(isBusy ? "8 pods on them" : "idle")", time: time,
                        comparison: "kubelet \(Bench.text(peer.lowerBound)) to \(Bench.text(peer.upperBound))",
                        note:
                            "\(fastest) to \(slowest) times faster (goal: under \(goal) us); its release "
                            + Bench.text(release)))
            }
        }
        return rows
    }

    private static func admission(nodes: Int, isBusy: Bool) throws -> (admission: Duration, release: Duration) {
        let machine = MachineBuilder(nodes: nodes, cores: 16, threads: 2, memory: 64 << 30).machine
        let devices = (0..<2 * nodes).map {
            "{\"id\":\"gpu-\($0)\",\"nodes\":[\($0 / 2)],\"resource\":\"example.org/gpu\"}"
        }
        let registry = ProviderRegistry(
            opening: try ProviderSearch().libraries,
            settings: ["org.numa-hints.devices": "{\"devices\":[\(devices.joined(separator: ","))]}"],
            environment: ProviderEnvironment(machine: machine, root: nil))
        var admission = PodAdmission(
            nodes: machine.nodeMask, distances: machine.distances, providers: registry.providers,
            settings: AdmissionSettings(merge: MergeOptions(policy: .restricted)))
        func pod(_ name: String, devices: UInt64) -> PodSpec {
            var requests: ResourceAmounts = [.cpu: 8000, .memory: 8 << 30]
            if devices > 0 { requests["example.org/gpu"] = devices }
            let app = ContainerSpec(name: "app", requests: requests, limits: requests)
            return PodSpec(uid: name, name: name, containers: [app])
        }
        for number in 0..<(isBusy ? 2 * nodes - 1 : 0) {
            guard admission.admit(pod("busy-\(number)", devices: 0)).verdict.isAdmitted else { continue }
        }
        let own = pod("pod", devices: 2)
        var admissions: [Duration] = []
        var releases: [Duration] = []
        let clock = ContinuousClock()
        for _ in 0..<3000 {
            let start = clock.now
            let isAdmitted = admission.admit(own).verdict.isAdmitted
            let middle = clock.now
            guard isAdmitted else { fatalError("the pod of the benchmark is refused") }
            _ = admission.release(own)
            releases.append(middle.duration(to: clock.now))
            admissions.append(start.duration(to: middle))
        }
        return (admissions.sorted()[admissions.count / 2], releases.sorted()[releases.count / 2])
    }
}
