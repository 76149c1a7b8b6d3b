// SPDX-License-Identifier: Apache-2.0

import CPUProvider
import NUMACore
import ProviderKit
import TestSupport

/// How long it takes to pick CPUs, and to say where they could be.
enum CPUBench {
    static var groups: [BenchGroup] {
        [
            BenchGroup(title: "cpu, picking; ratio to a plain picker that builds its sets anew") { picking() },
            BenchGroup(title: "cpu, hints of the provider, in process; ratio to looking at every mask") {
                try [2, 8].map(hints)
            },
        ]
    }

    /// Two sockets of 64 cores of two threads; the second threads are numbered after all first ones.
    private static var twoSockets: [Machine.CPU] {
        (0..<256).map { id in
            let core = id % 128
            return Machine.CPU(
                id: id, node: core / 64, socket: core / 64, die: core / 64, cache: core / 8 * 8, core: core)
        }
    }

    private static func picking() -> [BenchRow] {
        let machines = [
            ("2x64x2", twoSockets), ("8 nodes x 32", MachineBuilder(nodes: 8, cores: 32).machine.cpus),
        ]
        var rows: [BenchRow] = []
        for (name, cpus) in machines {
            for isDistributed in [false, true] {
                for count in [8, 64, 256] {
                    // The kubelet's own time, measured on two cores.
                    let kubelet = name == "2x64x2" && !isDistributed && count == 8 ? "kubelet 5 ms" : ""
                    rows.append(
                        row(
                            "\(count) CPUs of \(name), \(isDistributed ? "distributed" : "packed")", cpus, count,
                            isDistributed, kubelet))
                }
            }
        }
        return rows
    }

    private static func row(
        _ name: String, _ cpus: [Machine.CPU], _ count: Int, _ isDistributed: Bool, _ kubelet: String
    ) -> BenchRow {
        var picker = CPUPicker(CPUTopology(cpus))
        var simple = SimpleCPUPicker(cpus)
        if isDistributed {
            picker.distributedGroupSize = 1
            simple.distributedGroupSize = 1
        }
        let all = CPUSet(cpus.map(\.id))
        guard let picked = picker.pick(count, from: all), picked == simple.pick(count, from: all) else {
            return BenchRow(name: name, comparison: "NOT AS THE ORACLE")
        }
        let time = Bench.median { _ = picker.pick(count, from: all) }
        let plain = Bench.median(runs: 3) { _ = simple.pick(count, from: all) }
        return BenchRow(
            name: name, time: time, comparison: "\(Bench.rounded(plain / time)) times faster (\(Bench.text(plain)))",
            note: kubelet)
    }

    private static func hints(_ nodes: Int) throws -> BenchRow {
        let machine = MachineBuilder(nodes: nodes, cores: 32).machine
        var provider = try CPUProvider(context: ProviderContext(machine: machine))
        for pod in 0..<8 {
            let request = ResourceRequest.container([.cpu: 2000], pod: "\(pod)", nodes: machine.nodeMask)
            _ = try provider.prepare(request, .on([pod % nodes]))
        }
        let request = ResourceRequest.container([.cpu: 16000], pod: "new", nodes: machine.nodeMask)
        let answers = try provider.hints(for: request)
        let time = Bench.median { _ = try? provider.hints(for: request) }
        let enumeration = HintEnumeration(machine: machine.nodeMask)
        let plain = Bench.median(runs: 3) { _ = enumeration.explicit(answers) }
        return BenchRow(
            name: "16 CPUs on \(nodes) nodes, 8 pods there", time: time,
            comparison: "\(Bench.rounded(plain / time)) times faster (\(Bench.text(plain)))",
            note: nodes == 8 ? "kubelet 10 ms" : "")
    }
}
