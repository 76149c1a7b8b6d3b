// SPDX-License-Identifier: Apache-2.0

import Admission
import HintMerge
import NUMACore
import ProviderHost
import TestSupport
import Testing

/// What holds whatever pods come and go, through the libraries and their C tables.
@Suite("Laws of sequences")
struct SequenceLawTests {
    /// Runs the steps of generated sequences: pods that come, start and go.
    private func sequences(
        _ count: Int, imitatesKubelet: Bool = false,
        _ body: (GeneratedNode, inout SeededGenerator, String) throws -> Void
    ) throws {
        // A sequence is a hundred times the work of a case elsewhere.
        for number in 0..<max(1, TestEnvironment.cases(100 * count) / 100) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            let node = GeneratedNode(&random, imitatesKubelet: imitatesKubelet)
            try body(node, &random, "NUMA_HINTS_SEED=\(seed) NUMA_HINTS_CASES=1")
        }
    }

    @Test("Law: no CPU or device is held twice, memory never above what there is, release restores all")
    func books() throws {
        try sequences(60) { node, random, seed in
            let providers = try node.registry().providers
            let initial = try BooksState(providers)
            var admission = node.admission(providers)
            var residents: [PodHoldings] = []
            for step in 0..<12 {
                let before = try BooksState(providers)
                if residents.isEmpty || Int.random(in: 0..<3, using: &random) > 0 {
                    let pod = node.pod("pod-\(step)", &random)
                    let trace = admission.admit(pod)
                    if trace.verdict.isAdmitted {
                        let holdings = PodHoldings(admitted: trace)
                        residents.append(holdings)
                    } else {
                        #expect(try BooksState(providers) == before, "a refusal left something, \(seed)")
                    }
                } else {
                    let place = Int.random(in: 0..<residents.count, using: &random)
                    if Bool.random(using: &random) {
                        residents[place].startAll(by: admission)
                    } else {
                        #expect(admission.release(residents.remove(at: place).pod).isEmpty)
                    }
                }
                try check(residents, try BooksState(providers), seed)
            }
            for resident in residents { #expect(admission.release(resident.pod).isEmpty) }
            #expect(try BooksState(providers) == initial, "release did not restore, \(seed)")
        }
    }

    private func check(_ residents: [PodHoldings], _ state: BooksState, _ seed: String) throws {
        var cpus: [Int: (pod: String, isInit: Bool)] = [:]
        var devices: [String: (pod: String, isInit: Bool)] = [:]
        var bytes: [ResourceName: UInt64] = [:]
        for resident in residents {
            for (index, pieces) in resident.pieces.enumerated() {
                let isInit = resident.pod.containers[index].kind == .initialization
                let own = (pod: resident.pod.uid, isInit: isInit)
                func mayShare(_ other: (pod: String, isInit: Bool)?) -> Bool {
                    other.map { $0.pod == own.pod && ($0.isInit || isInit) } ?? true
                }
                for piece in pieces {
                    switch piece.piece {
                    case .cpus(let set):
                        for cpu in set {
                            #expect(mayShare(cpus[cpu]), "CPU \(cpu) is held twice, \(seed)")
                            if !isInit || cpus[cpu] == nil { cpus[cpu] = own }
                        }
                        #expect(state.shared?.intersects(set) == false, "a held CPU is shared, \(seed)")
                    case .device(let id, _):
                        #expect(mayShare(devices[id]), "\(id) is held twice, \(seed)")
                        if !isInit || devices[id] == nil { devices[id] = own }
                        #expect(state.devices.contains { $0.id == id && !$0.isFree }, "\(id) is free, \(seed)")
                    case .memory(_, let size, _): bytes[piece.resource, default: 0] += size
                    }
                }
            }
        }
        for node in state.memory {
            for table in node.tables { #expect(table.free <= table.allocatable, "node \(node.node), \(seed)") }
        }
        for type in Set(state.memory.flatMap { $0.tables.map(\.resource) }) {
            let reserved = state.memory.reduce(UInt64(0)) { sum, node in
                sum + (node.tables.first { $0.resource == type }?.reserved ?? 0)
            }
            #expect(reserved == bytes[type] ?? 0, "\(type) held and charged, \(seed)")
        }
    }

    @Test("Law: the order of providers changes neither merge nor verdict nor what is given")
    func order() throws {
        try sequences(40) { node, random, seed in
            let (first, second) = (try node.registry().providers, try node.registry().providers)
            var one = node.admission(first)
            var other = node.admission(second.shuffled(using: &random))
            for step in 0..<10 {
                let pod = node.pod("pod-\(step)", &random)
                let (left, right) = (one.admit(pod), other.admit(pod))
                #expect(left.units.last?.merge?.best == right.units.last?.merge?.best, "\(seed)")
                #expect(left.verdict.isAdmitted == right.verdict.isAdmitted, "\(seed)")
                for (mine, theirs) in zip(left.allocations, right.allocations) {
                    #expect(Set(mine.assignments) == Set(theirs.assignments), "\(seed)")
                }
            }
            #expect(try BooksState(first) == BooksState(second), "\(seed)")
        }
    }

    @Test("Law: what fits inside the affinity is given inside it")
    func affinity() throws {
        try sequences(60) { node, random, seed in
            let providers = try node.registry().providers
            var admission = node.admission(providers)
            for step in 0..<10 {
                var pod = node.pod("pod-\(step)", &random)
                // One container: what one has of the stock, no other has.
                pod = PodSpec(uid: pod.uid, name: pod.name, containers: pod.containers.suffix(1))
                let trace = admission.admit(pod)
                guard let unit = trace.units.first, let nodes = unit.merge?.best.nodes else { continue }
                for allocation in trace.allocations {
                    check(allocation.assignments, unit, nodes, node.machine, seed)
                }
            }
        }
    }

    private func check(
        _ pieces: [Assignment], _ unit: UnitTrace, _ nodes: NUMANodeMask, _ machine: Machine, _ seed: String
    ) {
        func free(_ resource: ResourceName) -> UInt64 {
            unit.stock.reduce(0) { sum, stock in
                guard stock.resource == resource, case .nodes(let place) = stock.locality, place.intersects(nodes)
                else { return sum }
                return sum + stock.free
            }
        }
        let lists = HintListing(nodes: machine.nodeMask).explicit(unit.resourceAnswers)
        for piece in pieces {
            let need = unit.requests[piece.resource] ?? 0
            switch piece.piece {
            case .cpus(let cpus) where free(.cpu) >= need:
                let near = CPUSet(machine.cpus.filter { nodes.contains($0.node) }.map(\.id))
                #expect(cpus.isSubset(of: near), "CPUs \(cpus.list) outside \(nodes.list), \(seed)")
            case .device(let id, let place) where free(piece.resource) >= need:
                #expect(place.intersects(nodes), "\(id) outside \(nodes.list), \(seed)")
            case .memory(let place, _, _):
                let list = lists.first { $0.resource == piece.resource }
                guard case .hints(let hints)? = list?.placement, hints.contains(where: { $0.nodes == nodes }) else {
                    continue
                }
                #expect(place == nodes, "\(piece.resource) on \(place.list), \(seed)")
            default: break
            }
        }
    }

    @Test("Law: restored books are those that were, and admit their pods again to the same places")
    func restart() throws {
        try sequences(40) { node, random, seed in
            var providers = try node.registry().providers
            var admission = node.admission(providers)
            var residents: [PodHoldings] = []
            for step in 0..<8 {
                let pod = node.pod("pod-\(step)", &random)
                let trace = admission.admit(pod)
                guard trace.verdict.isAdmitted else { continue }
                let holdings = PodHoldings(admitted: trace)
                residents.append(holdings)
            }
            let before = try BooksState(providers)
            providers = try node.registry().providers
            admission = node.admission(providers)
            for resident in residents { try admission.restore(resident.pod, resident.pieces) }
            for provider in providers {
                for state in before.memory { try provider.restore(state) }
            }
            #expect(try BooksState(providers) == before, "restored books differ, \(seed)")
            for resident in residents {
                let trace = admission.admit(resident.pod, held: resident.pieces)
                // A policy that refuses can refuse what it once let grow container by container.
                let isLenient = [.none, .bestEffort].contains(node.admissionSettings.merge.policy)
                guard trace.verdict.isAdmitted || isLenient else { return }
                var again = resident
                for (index, given) in trace.allocations.enumerated() { again.give(given.assignments, to: index) }
                #expect(trace.verdict.isAdmitted, "\(resident.pod.uid): \(trace.verdict), \(seed)")
                #expect(again == resident, "\(resident.pod.uid), \(seed)")
            }
            #expect(try BooksState(providers) == before, "\(seed)")
        }
    }

    /// Memory that one container has on two nodes and another on one of them can come back to the wrong one, as the
    /// kubelet books it: then less comes back than was taken, never more.
    @Test("Law: as the kubelet too, CPUs and devices all come back, and of memory never more than there was")
    func kubelet() throws {
        try sequences(40, imitatesKubelet: true) { node, random, seed in
            let providers = try node.registry().providers
            let initial = try BooksState(providers)
            var admission = node.admission(providers)
            var residents: [PodSpec] = []
            for step in 0..<12 {
                let pod = node.pod("pod-\(step)", &random)
                if admission.admit(pod).verdict.isAdmitted { residents.append(pod) }
                if residents.count > 2 {
                    let gone = residents.remove(at: Int.random(in: 0..<residents.count, using: &random))
                    #expect(admission.release(gone).isEmpty)
                }
            }
            for pod in residents { #expect(admission.release(pod).isEmpty) }
            let now = try BooksState(providers)
            #expect(now.shared == initial.shared && now.devices == initial.devices, "\(seed)")
            #expect(now.memory.count == initial.memory.count, "\(seed)")
            for (state, before) in zip(now.memory, initial.memory) {
                #expect(state.assignments == 0 && state.cells == before.cells, "\(seed)")
                for (table, full) in zip(state.tables, before.tables) {
                    #expect(table.free <= full.free && table.allocatable == full.allocatable, "\(seed)")
                }
            }
        }
    }
}
