// SPDX-License-Identifier: Apache-2.0

import Admission
import DeviceChoice
import Foundation
import HintMerge
import NUMACore
import ProviderHost
import TestSupport

/// Devices chosen for several resources together, alone and as part of an admission through the libraries.
enum DeviceChoiceBench {
    static var groups: [BenchGroup] {
        [
            BenchGroup(title: "joint choice of devices, 8 GPUs × 10 NICs") { joint() },
            BenchGroup(title: "allocation out of 1000 devices through the C ABI") { try thousand() },
        ]
    }

    private static let gpu: ResourceName = "example.org/gpu"
    private static let nic: ResourceName = "example.org/nic"

    /// Two nodes, each with two switches of two GPUs and two NICs; two more NICs are at the root.
    private static let server: [ListedDevice] =
        (0..<8).flatMap { number in
            let top = "0000:1\(number / 2):01.0/0001:1\(number / 2):00.0"
            return [
                device(gpu, "gpu\(number)", "\(top)/0002:0\(number):00.0/0003:0\(number):00.0", node: number / 4),
                device(nic, "nic\(number)", "\(top)/0002:0\(number):01.0/0004:0\(number):00.0", node: number / 4),
            ]
        } + (8..<10).map { device(nic, "nic\($0)", "0000:0\($0):01.0/0005:0\($0):00.0", node: $0 - 8) }

    private static func device(_ resource: ResourceName, _ id: String, _ path: String, node: Int) -> ListedDevice {
        ListedDevice(
            id: id, resource: resource, locality: .nodes([node]), isHealthy: true, isFree: true, path: path)
    }

    private static func demands(gpus: Int, nics: Int, held: Set<String> = []) -> [DeviceDemand] {
        [(gpu, gpus), (nic, nics)].map { resource, need in
            DeviceDemand(
                resource, need: need,
                server.filter { $0.resource == resource }.map { .init($0, held.contains($0.id) ? .held : .free) })
        }
    }

    private static func joint() -> [BenchRow] {
        let cases: [(String, [DeviceDemand])] = [
            ("1 GPU and 1 NIC", demands(gpus: 1, nics: 1)), ("2 GPUs and 2 NICs", demands(gpus: 2, nics: 2)),
            (
                "3 GPUs and 3 NICs, a third held",
                demands(gpus: 3, nics: 3, held: ["gpu0", "gpu5", "nic1", "nic2", "nic9"])
            ),
        ]
        var rows = cases.map { name, demands in
            let time = Bench.median { _ = choose(demands) }
            var expected: [[String]]?
            let oracle = Bench.once { expected = ChoiceOracle.choose(demands, affinity: nil, nodes: [0, 1]) }
            let isSame = choose(demands)?.parts.map(\.ids) == expected
            return BenchRow(
                name: name, time: time, comparison: "all choices \(Bench.text(oracle))",
                note: "\(Int(oracle / time)) times faster, \(isSame ? "the same choice" : "ANOTHER CHOICE")")
        }
        rows.append(hardest())
        return rows
    }

    /// Of all counts that can be asked for, that which takes longest.
    private static func hardest() -> BenchRow {
        var (longest, name, areBest) = (Duration.zero, "", true)
        for gpus in 1...8 {
            for nics in 1...10 {
                let demands = demands(gpus: gpus, nics: nics)
                let time = [0, 1, 2].map { _ in Bench.once { areBest = (choose(demands)?.isBest ?? false) && areBest } }
                if let least = time.min(), least > longest { (longest, name) = (least, "\(gpus) and \(nics)") }
            }
        }
        return BenchRow(
            name: "the slowest of the 80 pairs of counts: \(name)", time: longest, comparison: "-",
            note: areBest ? "all are exact" : "NOT ALL ARE EXACT")
    }

    private static func choose(_ demands: [DeviceDemand]) -> DeviceChoice? {
        DeviceChoice(demands, affinity: nil, nodes: [0, 1])
    }

    // MARK: Through the libraries

    private static func thousand() throws -> [BenchRow] {
        try [1, 8].map { (count: UInt64) in
            let with = try admission(count: count, choosesDevices: true)
            let without = try admission(count: count, choosesDevices: false)
            return BenchRow(
                name: "\(count) of 1000 functions of 16 cards", time: with,
                comparison: "not chosen \(Bench.text(without))", note: "")
        }
    }

    private static func admission(count: UInt64, choosesDevices: Bool) throws -> Duration {
        let machine = MachineBuilder(nodes: 2, cores: 16, threads: 2, memory: 64 << 30).machine
        let devices = (0..<1000).map { number in
            let card = String(16 + number / 63, radix: 16)
            let function = "00\(String(number % 63, radix: 16))".suffix(2)
            return "{\"id\":\"vf-\(1000 + number)\",\"nodes\":[\(number / 504)],\"resource\":\"example.org/vf\","
                + "\"path\":\"0000:\(card):01.0/0001:\(card):\(function).0\"}"
        }
        let registry = ProviderRegistry(
            opening: try ProviderSearch().libraries,
            settings: ["org.numa-hints.devices": "{\"devices\":[\(devices.joined(separator: ","))]}"],
            environment: ProviderEnvironment(machine: machine, root: nil))
        var settings = AdmissionSettings(merge: MergeOptions(policy: .restricted))
        settings.choosesDevices = choosesDevices
        var admission = PodAdmission(
            nodes: machine.nodeMask, distances: machine.distances, providers: registry.providers, settings: settings)
        let app = ContainerSpec(name: "app", requests: ["example.org/vf": count])
        let pod = PodSpec(uid: "pod", name: "pod", containers: [app])
        var times: [Duration] = []
        let clock = ContinuousClock()
        for _ in 0..<200 {
            let start = clock.now
            let isAdmitted = admission.admit(pod).verdict.isAdmitted
            times.append(start.duration(to: clock.now))
            guard isAdmitted else { fatalError("the pod of the benchmark is refused") }
            _ = admission.release(pod)
        }
        return times.sorted()[times.count / 2]
    }
}
