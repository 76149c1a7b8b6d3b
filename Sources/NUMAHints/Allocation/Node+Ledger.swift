// SPDX-License-Identifier: Apache-2.0

public import Admission
import NUMACore
import ProviderHost

/// A node on which pods hold what a ledger says, without the ledger being touched.
extension Node {
    /// Tells the providers what pods hold; to be called before anything else.
    ///
    /// Each provider is told all of it, so that what is lost is found item by item. The kubelet that this node is
    /// compared with learns the same; if it cannot, it is compared with no longer.
    ///
    /// - Parameter memory: the books of the providers that keep any by node.
    /// - Returns: what the providers no longer give, in the order of the pods.
    public mutating func restore(_ pods: [LedgerPod], _ memory: [LedgerMemory]) -> [LostHolding] {
        if let own = kubelet, !own.restore(pods, memory).isEmpty { kubelet = nil }
        return admission.restore(pods, memory)
    }

    /// Whether pods are decided about as a kubelet would too.
    public var isComparedWithKubelet: Bool { kubelet != nil }
}

extension PodAdmission {
    /// Tells the providers what pods hold, item by item.
    func restore(_ pods: [LedgerPod], _ memory: [LedgerMemory]) -> [LostHolding] {
        var lost: [LostHolding] = []
        for pod in pods {
            let (spec, pieces) = (pod.admission.pod, pod.admission.pieces)
            for index in spec.containers.indices where !pieces[index].isEmpty {
                let request = ResourceRequest(pod: spec, container: index, candidateNodes: nodes, held: pieces)
                for provider in providers {
                    do throws(ProviderFailure) {
                        try provider.restore(request)
                    } catch {
                        let item = LostHolding(
                            pod: pod, container: spec.containers[index].name, provider: provider.id,
                            reason: error.reason)
                        // Providers that share the books of memory say the same of it.
                        if !lost.contains(where: { $0.description == item.description && $0.pod == pod }) {
                            lost.append(item)
                        }
                    }
                }
            }
        }
        // The books speak of all pods: where one is not there, they say nothing.
        guard lost.isEmpty, !pods.isEmpty else { return lost }
        for books in memory {
            let provider = providers.first { $0.id == books.provider } as? ProviderInstance
            do throws(ProviderFailure) {
                try provider?.restore(books)
            } catch {
                lost.append(LostHolding(pod: nil, container: nil, provider: books.provider, reason: error.reason))
            }
        }
        return lost
    }
}

extension ProviderInstance {
    /// Puts back on which node of several the memory of pods was. Where nodes have other amounts to give than before,
    /// that means nothing any more, and what the pods themselves hold is all that counts.
    fileprivate func restore(_ books: LedgerMemory) throws(ProviderFailure) {
        func allocatable(_ states: [MemoryState]) -> [[UInt64]] { states.map { $0.tables.map(\.allocatable) } }
        guard allocatable(try memoryStates()) == allocatable(books.states) else { return }
        for state in books.states { try restore(state) }
    }
}
