// SPDX-License-Identifier: Apache-2.0

import Admission
import HintMerge
import NUMACore
import ProviderHost
import Recordings

/// A node whose kubelet is replayed: its providers' books, and the pods on it in the order of their admission.
struct ReplayedNode {
    typealias Opening = (PodAdmission, [ProviderInstance])

    /// A pod on the node.
    private struct Resident {
        var holdings: PodHoldings
        /// The affinity of each container.
        var hints: [TopologyHint]

        var pod: PodSpec { holdings.pod }
    }

    private let settings: NodeSettings
    private let asksAgain: Bool
    private let open: (NodeSettings) throws(NUMAHintsError) -> Opening
    private var admission: PodAdmission
    private var providers: [ProviderInstance]
    private var residents: [Resident] = []
    /// The pods that were refused, at first or after a restart: of these steps nothing comes.
    private var refused: [String] = []

    /// - Parameter asksAgain: whether pods that run are decided about again after a restart.
    init(
        _ settings: NodeSettings, asksAgain: Bool, _ open: @escaping (NodeSettings) throws(NUMAHintsError) -> Opening
    ) throws(NUMAHintsError) {
        self.settings = settings
        self.asksAgain = asksAgain
        self.open = open
        (admission, providers) = try open(settings)
    }

    mutating func add(_ pod: PodSpec, listsHints: Bool) throws(ReplayFault) -> ReplayAnswer {
        guard !residents.contains(where: { $0.pod.uid == pod.uid }) else {
            throw ReplayFault("the pod \(pod.uid) is there already")
        }
        var answer = ReplayAnswer()
        answer.qosClass = pod.qos.rawValue
        let trace = admission.admit(pod)
        switch take(trace, PodHoldings(pod)) {
        case .admitted(let resident):
            answer.admit = true
            answer.containers = containers(of: resident, trace: listsHints ? trace : nil)
            residents.append(resident)
        case .refused(let reason):
            answer.admit = false
            answer.reason = reason
            refused.append(pod.uid)
        }
        return answer
    }

    mutating func start(_ uid: String) throws(ReplayFault) -> ReplayAnswer {
        guard let place = try place(of: uid) else { return ReplayAnswer() }
        for index in residents[place].pod.containers.indices {
            admission.started(Holder(podUID: uid, container: residents[place].pod.containers[index].name))
            residents[place].holdings.started(index)
        }
        var answer = ReplayAnswer()
        answer.containers = containers(of: residents[place], trace: nil)
        return answer
    }

    mutating func remove(_ uid: String) throws(ReplayFault) -> ReplayAnswer {
        guard let place = try place(of: uid) else { return ReplayAnswer() }
        let resident = residents.remove(at: place)
        if let leak = admission.release(resident.pod).first { throw ReplayFault("\(leak)") }
        return ReplayAnswer()
    }

    /// The providers begin anew with what the books said, and a kubelet admits every pod again.
    mutating func restart() throws(ReplayFault) -> ReplayAnswer {
        let states = try memoryStates()
        do throws(NUMAHintsError) {
            (admission, providers) = try open(settings)
        } catch {
            throw ReplayFault(error.message)
        }
        do throws(ProviderFailure) {
            for resident in residents { try admission.restore(resident.pod, resident.holdings.pieces) }
            for provider in providers {
                for state in states { try provider.restore(state) }
            }
        } catch {
            throw ReplayFault(error)
        }
        var answer = ReplayAnswer()
        // What runs and was restored needs no decision, but for a kubelet.
        guard asksAgain else {
            answer.readmitted = residents.map {
                .init(uid: $0.pod.uid, admit: true, containers: containers(of: $0, trace: nil))
            }
            return answer
        }
        var readmitted: [ReplayAnswer.Readmission] = []
        let before = residents
        residents = []
        for resident in before {
            let trace = admission.admit(resident.pod, held: resident.holdings.pieces)
            switch take(trace, resident.holdings) {
            case .admitted(let again):
                residents.append(again)
                readmitted.append(
                    .init(uid: again.pod.uid, admit: true, containers: containers(of: again, trace: nil)))
            case .refused(let reason):
                readmitted.append(.init(uid: resident.pod.uid, admit: false, reason: reason))
                refused.append(resident.pod.uid)
            }
        }
        answer.readmitted = readmitted
        return answer
    }

    /// Where the pod is; nil if it was refused.
    private func place(of uid: String) throws(ReplayFault) -> Int? {
        let place = residents.firstIndex { $0.pod.uid == uid }
        guard place != nil || refused.contains(uid) else { throw ReplayFault("no pod \(uid) was added") }
        return place
    }

    // MARK: Decisions

    private enum Outcome {
        case admitted(Resident)
        case refused(String)
    }

    private func take(_ trace: DecisionTrace, _ before: PodHoldings) -> Outcome {
        if case .refused(let refusal) = trace.verdict { return .refused(Self.word(for: refusal)) }
        let holdings = PodHoldings(admitted: trace, before: before.pieces)
        var resident = Resident(holdings: holdings, hints: [])
        for index in trace.allocations.indices {
            let unit = trace.units[trace.scope == .pod ? 0 : index]
            resident.hints.append(unit.merge?.best ?? TopologyHint(nodes: nil, isPreferred: false))
        }
        return .admitted(resident)
    }

    /// The kubelet's word for the reason of a refusal.
    private static func word(for refusal: Refusal) -> String {
        if refusal.kind == .allocation, refusal.reason.code?.hasPrefix("smt-alignment-") == true {
            return "SMTAlignmentError"
        }
        return refusal.kind.rawValue
    }

    // MARK: What is shown

    private func containers(of resident: Resident, trace: DecisionTrace?) -> [ReplayContainer] {
        resident.pod.containers.indices.map { index in
            var shown = ReplayContainer(name: resident.pod.containers[index].name)
            shown.show(resident.holdings.pieces[index])
            let hint = resident.hints[index]
            shown.hint = .init(nodes: hint.nodes?.members, preferred: hint.isPreferred)
            if let trace {
                shown.providerHints = providerHints(trace.units[trace.scope == .pod ? 0 : index])
            }
            return shown
        }
    }

    /// The lists of the resources that have any: who has no preference gives none, as in the kubelet's log.
    private func providerHints(_ unit: UnitTrace) -> [String: [ReplayAnswer.Hint]] {
        var shown: [String: [ReplayAnswer.Hint]] = [:]
        for answer in HintListing(nodes: admission.nodes).explicit(unit.resourceAnswers) {
            switch answer.placement {
            case .any, .capacity: break
            case .impossible: shown[answer.resource.rawValue] = []
            case .hints(let hints):
                shown[answer.resource.rawValue] = hints.map {
                    .init(nodes: $0.nodes?.members, preferred: $0.isPreferred)
                }
            }
        }
        return shown
    }

    // MARK: Books

    /// What the books of all providers say, node by node, with the types of all.
    private func memoryStates() throws(ReplayFault) -> [MemoryState] {
        var states: [MemoryState] = []
        for provider in providers {
            do throws(ProviderFailure) {
                states += try provider.memoryStates()
            } catch {
                throw ReplayFault(error)
            }
        }
        return MemoryState.joined(states)
    }

    func state() throws(ReplayFault) -> ReplayAnswer.State {
        var shared: CPUSet?
        var inUse: [String: [String]] = [:]
        for provider in providers {
            do throws(ProviderFailure) {
                if shared == nil { shared = try provider.sharedCPUs() }
                for device in try provider.devices() where !device.isFree {
                    inUse[device.resource.rawValue, default: []].append(device.id)
                }
            } catch {
                throw ReplayFault(error)
            }
        }
        let nodes = try memoryStates().map { state in
            ReplayAnswer.Node(
                id: state.node, numberOfAssignments: state.assignments, cells: state.cells.members,
                free: Dictionary(state.tables.map { ($0.resource.rawValue, $0.free) }) { first, _ in first })
        }
        return ReplayAnswer.State(defaultCpuSet: shared?.list, memory: nodes, devicesInUse: inUse)
    }
}

extension ReplayContainer {
    /// Takes in what the container holds.
    fileprivate mutating func show(_ pieces: [Assignment]) {
        var cpus: CPUSet?
        var blocks: [ReplayAnswer.Block] = []
        var ids: [String: [String]] = [:]
        var counts: [String: [String: Int]] = [:]
        for assignment in pieces {
            let resource = assignment.resource.rawValue
            switch assignment.piece {
            case .cpus(let set): cpus = (cpus ?? []).union(set)
            case .memory(let nodes, let bytes, _):
                if let known = blocks.firstIndex(where: { $0.type == resource && $0.nodes == nodes.members }) {
                    blocks[known].size += bytes
                } else {
                    blocks.append(.init(nodes: nodes.members, type: resource, size: bytes))
                }
            case .device(let id, let nodes):
                ids[resource, default: []].append(id)
                for node in nodes.isEmpty ? [-1] : nodes.members {
                    counts[resource, default: [:]][String(node), default: 0] += 1
                }
            }
        }
        cpuset = .some(cpus?.list)
        memory = blocks.sorted { $0.type < $1.type }
        devices = ids.mapValues { $0.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
        devicesByNUMA = counts
    }
}
