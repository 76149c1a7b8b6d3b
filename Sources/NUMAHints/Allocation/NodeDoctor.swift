// SPDX-License-Identifier: Apache-2.0

package import Admission
import HintMerge
package import NUMACore
import ProviderHost

/// Says how it stands with what pods hold, on a machine and by rules that may have changed since.
///
/// Nothing is changed: the node's instances were not started, and the ledger is not asked.
package struct NodeDoctor {
    /// In the order of their admission.
    package let pods: [PodDiagnosis]
    /// Books of providers that are not as they were, though every pod has what it holds.
    package let lostBooks: [String]

    /// - Parameters:
    ///   - node: fresh; its settings are those that are asked about.
    ///   - memory: the books of the providers that keep any by node.
    /// - Throws: of code `provider` if a provider fails.
    package init(_ pods: [LedgerPod], _ memory: [LedgerMemory], on node: Node) throws(NUMAHintsError) {
        // What was begun and not ended, the next admission undoes.
        let settled = pods.filter { $0.state == .committed }
        var recovery = try Recovery(node.registry.providers, inventory: Inventory(node.machine))
        for pod in settled { try recovery.restore(pod) }
        var problems: [String] = []
        do throws(NUMAHintsError) {
            if !settled.isEmpty { try recovery.restore(memory) }
        } catch {
            problems.append(error.message)
        }
        lostBooks = problems
        var admission = node.admission
        let lost = recovery.losses
        self.pods = pods.map { pod in
            let own = lost.filter { $0.uid == pod.uid }
            guard pod.state == .committed, own.isEmpty else { return PodDiagnosis(pod: pod, lost: own) }
            return PodDiagnosis(pod: pod, answer: Self.ask(pod, &admission, node.machine))
        }
    }

    /// Whether a pod that has what it holds would be admitted with it.
    private static func ask(_ pod: LedgerPod, _ admission: inout PodAdmission, _ machine: Machine)
        -> PodDiagnosis.Answer
    {
        let (spec, pieces) = (pod.admission.pod, pod.admission.pieces)
        let trace = admission.admit(spec, held: pieces)
        if case .refused(let refusal) = trace.verdict {
            guard refusal.kind == .topologyAffinity else {
                let place = refusal.container.map { " at container \($0)" } ?? ""
                return .refused(
                    Reason("it would be refused\(place): \(refusal.reason.text)", code: refusal.reason.code))
            }
            let index = refusal.container.flatMap { name in spec.containers.firstIndex { $0.name == name } }
            let held = index.map { pieces[$0] } ?? pieces.flatMap(\.self)
            let who = refusal.container.map { "container \($0)" } ?? "it"
            return .refused(
                Reason(
                    "\(trace.options.policy.rawValue) would refuse it: \(who) holds \(places(held, machine))",
                    code: refusal.reason.code))
        }
        var holdings = PodHoldings(spec, pieces: pieces)
        for (index, given) in trace.allocations.enumerated() { holdings.give(given.assignments, to: index) }
        for (index, container) in spec.containers.enumerated() where holdings.pieces[index] != pieces[index] {
            return .otherwise(Reason("it would be admitted, but container \(container.name) be given something else"))
        }
        return .asItIs
    }

    /// On which nodes pieces lie, resource by resource: `cpu of nodes 0-1 and memory of node 0`.
    static func places(_ pieces: [Assignment], _ machine: Machine) -> String {
        var places: [(resource: ResourceName, nodes: NUMANodeMask)] = []
        for piece in pieces {
            let nodes: NUMANodeMask
            switch piece.piece {
            case .cpus(let cpus):
                nodes = NUMANodeMask(machine.nodes.filter { !$0.cpus.intersection(cpus).isEmpty }.map(\.id))
            case .memory(let mask, _, _), .device(_, let mask): nodes = mask
            }
            if let place = places.firstIndex(where: { $0.resource == piece.resource }) {
                places[place].nodes = places[place].nodes.union(nodes)
            } else {
                places.append((piece.resource, nodes))
            }
        }
        let words = places.map { resource, nodes in
            let name = resource == .cpu ? "CPUs" : resource.rawValue
            guard !nodes.isEmpty else { return "\(name) of no node in particular" }
            return "\(name) of node\(nodes.count == 1 ? "" : "s") \(nodes.list)"
        }
        guard let last = words.last else { return "nothing of its own" }
        return words.count == 1 ? last : words.dropLast().joined(separator: ", ") + " and " + last
    }
}
