// SPDX-License-Identifier: Apache-2.0

public import NUMACore
import ProviderKit

extension CPUProvider {
    /// Sets aside CPUs: those wanted, then as many as there are of the affinity, then others; picked as the
    /// kubelet's static CPU manager policy picks them. What init containers of the pod leave counts as free.
    public mutating func prepare(_ request: ResourceRequest, _ placement: Placement) throws -> [Assignment] {
        let holder = try PodHolder(request)
        let need = exclusive(try request.requireSubject(), request.pod.qos)
        let wanted = try wanted(placement)
        guard need > 0 else {
            guard wanted.isEmpty else {
                throw ProviderError(
                    .invalid, "CPUs \(wanted.list) are wanted for a container that shares CPUs")
            }
            return []
        }
        // A kubelet looks at whole cores even for a container that has its CPUs since before a restart.
        if settings.imitatesKubelet { try checkWholeCores(need) }
        if let held = books.cpus(of: holder) {
            guard held.count == need, wanted.isSubset(of: held) else {
                let text = "\(holder.container) holds \(held.count) CPUs already, \(need) requested"
                throw ProviderError(.invalid, Reason(text, code: "held-otherwise"))
            }
            books.remember(held, of: holder)
            return pieces(held, holder)
        }
        let chosen = try choose(need, wanted, placement, request)
        books.give(chosen, to: holder)
        return pieces(chosen, holder)
    }

    /// What init containers of the request's pod leave.
    func reusable(_ request: ResourceRequest) -> CPUSet {
        books.reusable(inPod: request.pod.uid, asKubelet: settings.imitatesKubelet)
    }

    private func choose(
        _ need: UInt64, _ wanted: CPUSet, _ placement: Placement, _ request: ResourceRequest
    ) throws(ProviderError) -> CPUSet {
        try checkWholeCores(need)
        let free = books.available.union(reusable(request))
        guard free.count >= need else { throw ProviderError(.exhausted, shortage(free, need: need)) }
        guard wanted.isSubset(of: free), wanted.count <= need else {
            let text =
                "the CPUs \(wanted.list) are wanted, of which \(wanted.intersection(free).list) are free"
            throw ProviderError(.exhausted, Reason(text, code: "wanted-cpus-not-free"))
        }
        // Where the kubelet is imitated these can be CPUs that others hold: those of sockets of different sizes.
        guard let cpus = pick(need, wanted, placement, from: free) else {
            throw ProviderError(.exhausted, shortage(free, need: need))
        }
        return cpus
    }

    /// What is wanted, then as many as there are of the affinity, then others.
    private func pick(
        _ need: UInt64, _ wanted: CPUSet, _ placement: Placement, from free: CPUSet
    ) -> CPUSet? {
        let count = Int(clamping: need)
        var chosen = wanted
        let near = aligned(placement.affinity.nodes).intersection(free).subtracting(chosen)
        if let cpus = picker.pick(min(count - chosen.count, near.count), from: near) {
            chosen = chosen.union(cpus)
        }
        return picker.pick(count - chosen.count, from: free.subtracting(chosen)).map(chosen.union)
    }

    /// The CPUs of the affinity's nodes; with align-by-socket, of their whole sockets.
    private func aligned(_ affinity: NUMANodeMask?) -> CPUSet {
        guard let affinity else { return [] }
        let topology = picker.topology
        let near = affinity.reduce(CPUSet()) { $0.union(topology.members(of: $1, .node)) }
        guard settings.has(.alignBySocket) else { return near }
        return topology.groups(.socket, of: near).reduce(near) { $0.union(topology.members(of: $1, .socket)) }
    }

    /// With full-pcpus-only a request must be for whole cores, of which enough are wholly free.
    ///
    /// Source: https://kubernetes.io/docs/concepts/policy/node-resource-managers/#static-policy
    private func checkWholeCores(_ need: UInt64) throws(ProviderError) {
        guard settings.has(.fullPhysicalCPUsOnly) else { return }
        let perCore = UInt64(picker.topology.cpusPerCore)
        guard perCore > 0, need % perCore == 0 else {
            let text = "\(need) CPUs are requested, full-pcpus-only gives whole cores of \(perCore) CPUs"
            throw ProviderError(.exhausted, Reason(text, code: "smt-alignment-not-multiple"))
        }
        let topology = picker.topology
        let cores = topology.groups(.core, of: books.reserved)
        let kept = cores.reduce(books.reserved) { $0.union(topology.members(of: $1, .core)) }
        let whole = books.available.subtracting(kept)
        guard need <= whole.count else {
            let text = "needs \(need) CPUs in whole cores, \(whole.count) are free outside the reserved cores"
            throw ProviderError(.exhausted, Reason(text, code: "smt-alignment-not-enough-physical-cpus"))
        }
    }

    private func wanted(_ placement: Placement) throws(ProviderError) -> CPUSet {
        var cpus = CPUSet()
        for piece in placement.wanted where piece.resource == .cpu {
            guard case .cpus(let set) = piece.piece else {
                throw ProviderError(.invalid, "a piece of cpu is wanted that is not a set of CPUs")
            }
            cpus = cpus.union(set)
        }
        return cpus
    }

    /// What the container has: a piece for what it took over from each init container, and one for
    /// the rest.
    private func pieces(_ cpus: CPUSet, _ holder: PodHolder) -> [Assignment] {
        var pieces: [Assignment] = []
        var rest = cpus
        for entry in books.entries.prefix(while: { $0.holder != holder }).reversed()
        where entry.holder.podUID == holder.podUID && entry.holder.kind == .initialization {
            let shared = rest.intersection(entry.cpus)
            guard !shared.isEmpty else { continue }
            pieces.append(Assignment(.cpu, .cpus(shared), takenFrom: entry.holder.container))
            rest = rest.subtracting(shared)
        }
        return (rest.isEmpty ? [] : [Assignment(.cpu, .cpus(rest))]) + pieces
    }
}
