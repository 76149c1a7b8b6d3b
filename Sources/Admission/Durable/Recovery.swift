// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Tells providers what a ledger says that pods hold, of which the machine may have lost something.
///
/// To be used before the providers are asked anything else: pods in the order of their admission, then the memory.
public struct Recovery {
    let providers: [any LastingProvider]
    let nodes: NUMANodeMask
    /// What pods hold and is not there; of pods that are to stay, in the order of their admission.
    public private(set) var losses: [Loss] = []
    /// What the pods hold by now, in the order in which they were restored.
    public private(set) var restored: [PodHoldings] = []
    private var inventory: Inventory

    public init(_ providers: [any LastingProvider], inventory: Inventory) throws(NUMAHintsError) {
        self.providers = providers
        self.inventory = inventory
        nodes = inventory.nodes
        for provider in providers {
            do throws(ProviderFailure) {
                for (resource, ids) in try provider.deviceIDs() ?? [:] {
                    self.inventory.devices[resource, default: []].formUnion(ids)
                }
            } catch {
                throw NUMAHintsError(.provider, "\(error)")
            }
        }
    }

    /// Restores one pod: what is left of its pieces.
    ///
    /// - Throws: of code `provider` what is no matter of a resource that is gone.
    public mutating func restore(_ pod: LedgerPod) throws(NUMAHintsError) {
        let spec = pod.admission.pod
        var held = pod.admission.pieces
        for index in spec.containers.indices {
            let whole = held[index]
            held[index] = []
            for piece in whole {
                let left = inventory.left(of: piece)
                if let piece = left.piece { held[index].append(piece) }
                note(left.gone, of: pod, index)
            }
        }
        for index in spec.containers.indices where !held[index].isEmpty {
            for provider in providers { try restore(pod, index, &held, by: provider) }
        }
        restored.append(PodHoldings(spec, pieces: held))
    }

    private mutating func restore(
        _ pod: LedgerPod, _ index: Int, _ held: inout [[Assignment]], by provider: any LastingProvider
    ) throws(NUMAHintsError) {
        guard let whole = try attempt(pod, index, held, provider) else { return }
        var free = FreeMemory(try stock(of: provider))
        var gone: [String] = []
        var left: [Assignment] = []
        for piece in held[index] {
            guard provider.isClaimed(piece.resource) else {
                left.append(piece)
                continue
            }
            let part = free.take(piece)
            if let piece = part.piece { left.append(piece) }
            if let words = part.gone { gone.append(words) }
        }
        held[index] = left
        if !gone.isEmpty, try attempt(pod, index, held, provider) == nil {
            for words in gone { note(words, of: pod, index) }
            return
        }
        // The provider knows best what it cannot give any more.
        held[index].removeAll { provider.isClaimed($0.resource) }
        note(whole.text, of: pod, index)
    }

    /// Why the provider does not have it; nil if it has.
    private func attempt(
        _ pod: LedgerPod, _ index: Int, _ held: [[Assignment]], _ provider: any LastingProvider
    ) throws(NUMAHintsError) -> Reason? {
        let request = ResourceRequest(
            pod: pod.admission.pod, container: index, candidateNodes: nodes, held: held)
        do throws(ProviderFailure) {
            try provider.restore(request)
            return nil
        } catch {
            if error.kind == .exhausted { return error.reason }
            throw NUMAHintsError(.provider, "pod \(pod.name): \(error)")
        }
    }

    private func stock(of provider: any LastingProvider) throws(NUMAHintsError) -> [Stock] {
        do throws(ProviderFailure) { return try provider.stock() } catch {
            throw NUMAHintsError(.provider, "\(error)")
        }
    }

    private mutating func note(_ words: String?, of pod: LedgerPod, _ index: Int) {
        guard let words, pod.state == .committed else { return }
        let loss = Loss(of: pod.admission.pod, container: pod.admission.pod.containers[index].name, words)
        if !losses.contains(loss) { losses.append(loss) }
    }

    /// Puts back on which node of several the memory of pods was. Where nodes have other amounts to give than before,
    /// that means nothing any more, and what the pods themselves hold is all that counts.
    ///
    /// - Throws: of code `state` if books are not as they were though all amounts are.
    public func restore(_ memory: [LedgerMemory]) throws(NUMAHintsError) {
        func allocatable(_ states: [MemoryState]) -> [[UInt64]] { states.map { $0.tables.map(\.allocatable) } }
        func tell(
            _ known: LedgerMemory, _ body: (any LastingProvider) throws(ProviderFailure) -> Void
        ) throws(NUMAHintsError) {
            guard let provider = providers.first(where: { $0.id == known.provider }) else { return }
            do throws(ProviderFailure) { try body(provider) } catch {
                throw NUMAHintsError(.state, "the books of \(provider.id): \(error.reason.text)")
            }
        }
        var unchanged: [LedgerMemory] = []
        for known in memory {
            try tell(known) { (provider) throws(ProviderFailure) in
                if allocatable(try provider.memoryStates()) == allocatable(known.states) { unchanged.append(known) }
            }
        }
        let states = MemoryState.joined(unchanged.flatMap(\.states))
        for known in unchanged {
            try tell(known) { (provider) throws(ProviderFailure) in
                for state in states { try provider.restore(state) }
            }
        }
    }
}

extension HintProvider {
    func isClaimed(_ resource: ResourceName) -> Bool { claims.contains { $0.covers(resource) } }
}

extension LedgerPod {
    /// A resource of which it holds something and that none of the providers claims: they can neither keep nor free
    /// it. Nil if there is none.
    ///
    /// - Parameter container: the one that is meant; nil for all.
    func orphan(in container: String?, _ providers: [any LastingProvider]) -> ResourceName? {
        for (spec, pieces) in zip(admission.pod.containers, admission.pieces)
        where container == nil || spec.name == container {
            for piece in pieces where !providers.contains(where: { $0.isClaimed(piece.resource) }) {
                return piece.resource
            }
        }
        return nil
    }

    /// Namespace and name, as they are shown.
    var name: String { "\(admission.pod.namespace)/\(admission.pod.name)" }
}
