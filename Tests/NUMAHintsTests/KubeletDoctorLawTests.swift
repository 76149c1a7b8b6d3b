// SPDX-License-Identifier: Apache-2.0

import Admission
import KubernetesFormats
import NUMACore
import NUMAHints
import ProviderHost
import TestSupport
import Testing

/// A kubelet's files are right while it goes on, and what is changed in them is said and put back.
///
/// Pods have no init containers here, and memory of one node each: with those a kubelet's own books come to differ from its
/// blocks (docs/kubelet-differences.md).
@Suite("Laws of a kubelet's doctor")
struct KubeletDoctorLawTests {
    @Test("Law: nothing is found in what a kubelet writes; damage is found, and repaired to what it was")
    func repairs() throws {
        for number in 0..<max(1, TestEnvironment.cases(3000) / 100) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            try check(&random, "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
        }
    }

    private func check(_ random: inout SeededGenerator, _ seed: String) throws {
        let generated = GeneratedNode(&random, imitatesKubelet: true)
        let providers = try generated.registry().providers
        var kubelet = generated.admission(providers)
        var residents: [PodHoldings] = []
        for step in 0..<8 {
            var pod = generated.pod("pod-\(step)", &random)
            pod.containers.removeAll { $0.kind != .app }
            let trace = kubelet.admit(pod)
            guard trace.verdict.isAdmitted else { continue }
            let holdings = PodHoldings(admitted: trace)
            if holdings.isSpread { #expect(kubelet.release(pod).isEmpty) } else { residents.append(holdings) }
        }
        let state = try KubeletState(residents, BooksState(providers))
        func examine(_ state: KubeletState) throws -> KubeletDoctor {
            let node = try generated.node { $0.imitateKubelet() }
            return try KubeletDoctor(state, damage: [], folder: "kubelet", on: node, isConfigured: true)
        }
        let doctor = try examine(state)
        #expect(doctor.findings == [] && doctor.repaired == state && doctor.starts, "\(doctor.findings), \(seed)")
        var damaged = state
        let cpus = generated.machine.cpus.map(\.id).filter { _ in Bool.random(using: &random) }
        damaged.cpu?.defaultCPUSet = CPUListText(CPUSet(cpus))
        for node in damaged.memory?.nodes?.indices ?? 0..<0 where Bool.random(using: &random) {
            let amount = UInt64.random(in: 0...(8 << 30), using: &random)
            damaged.memory?.nodes?[node].memory?[0].free = amount
            if Bool.random(using: &random) { damaged.memory?.nodes?[node].memory?[0].total = amount }
            damaged.memory?.nodes?[node].numberOfAssignments += Int.random(in: 0...1, using: &random)
        }
        let found = try examine(damaged)
        // A file without any CPUs is taken for one of a kubelet that has just begun.
        let isBegun = cpus.isEmpty && state.cpu?.pods.isEmpty == true
        if !isBegun { #expect(found.repaired.cpu == state.cpu, "\(cpus), \(seed)") }
        #expect(found.repaired.memory == state.memory, "\(seed)")
        for (file, isSame) in [
            (KubeletState.FileName.memory, damaged.memory == state.memory), (.cpu, damaged.cpu == state.cpu),
        ]
        where !(file == .cpu && isBegun) {
            #expect(found.findings.contains { $0.file == file } == !isSame, "\(file), \(seed)")
        }
        #expect(try isBegun || examine(found.repaired).findings == [], "\(seed)")
    }
}

extension PodHoldings {
    /// Whether memory of it lies on several nodes.
    fileprivate var isSpread: Bool {
        pieces.joined().contains { if case .memory(let nodes, _, _) = $0.piece { nodes.count > 1 } else { false } }
    }
}
