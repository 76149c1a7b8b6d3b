// SPDX-License-Identifier: Apache-2.0

public import NUMACore
import ProviderKit

extension CPUProvider {
    /// Sets aside CPUs: those wanted, those that an init container leaves, those of the affinity, then
    /// others; inside each class core by core from the lowest one up.
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
        if let held = books.cpus(of: holder) {
            guard held.count == need, wanted.isSubset(of: held) else {
                let text = "\(holder.container) holds \(held.count) CPUs already, \(need) requested"
                throw ProviderError(.invalid, Reason(text, code: "held-otherwise"))
            }
            return pieces(held, holder)
        }
        let chosen = try choose(need, wanted, placement, request)
        books.give(chosen, to: holder)
        return pieces(chosen, holder)
    }

    private func choose(
        _ need: UInt64, _ wanted: CPUSet, _ placement: Placement, _ request: ResourceRequest
    ) throws(ProviderError) -> CPUSet {
        let reusable = books.reusable(inPod: request.pod.uid)
        let free = books.available.union(reusable)
        guard free.count >= need else { throw ProviderError(.exhausted, shortage(free, need: need)) }
        guard wanted.isSubset(of: free), wanted.count <= need else {
            let text =
                "the CPUs \(wanted.list) are wanted, of which \(wanted.intersection(free).list) are free"
            throw ProviderError(.exhausted, Reason(text, code: "wanted-cpus-not-free"))
        }
        let near = nodes.reduce(CPUSet()) { sum, node in
            placement.affinity.nodes?.contains(node.node) == true ? sum.union(node.cpus) : sum
        }
        var chosen = wanted
        for wave in [reusable.intersection(near), near, reusable, free] {
            for cpu in order where chosen.count < need && wave.contains(cpu) && free.contains(cpu) {
                chosen.insert(cpu)
            }
        }
        return chosen
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
