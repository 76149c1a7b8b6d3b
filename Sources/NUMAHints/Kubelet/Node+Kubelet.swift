// SPDX-License-Identifier: Apache-2.0

import Admission
import HintMerge
package import NUMACore
import ProviderHost

extension Node {
    /// Tells the providers what a kubelet's files say that pods hold; to be called before anything else.
    ///
    /// - Returns: what cannot be so on this machine, a line each.
    package mutating func restore(_ held: KubeletHoldings) throws(NUMAHintsError) -> [String] {
        let lost = try restore(held.pods, []).map(\.description)
        var wrong: [String] = []
        for provider in registry.providers {
            do throws(ProviderFailure) {
                guard !(try provider.memoryStates()).isEmpty else { continue }
                for state in held.memory { try provider.restore(state) }
            } catch {
                wrong.append("the books of \(provider.id) differ from the kubelet's: \(error.reason.text)")
            }
        }
        guard let kubelet else { return lost + wrong }
        for provider in kubelet.providers.compactMap({ $0 as? ProviderInstance }) {
            for state in held.memory { try? provider.restore(state) }
        }
        return lost + wrong
    }

    /// What decisions about pods hang on that is not known, a line each.
    package func placelessWarnings(_ pods: [PodSpec]) -> [String] {
        settings.placelessDevices.sorted { $0.key < $1.key }.flatMap { resource, ids -> [String] in
            let asking = pods.filter { $0.containers.contains { ($0.requests[resource] ?? 0) > 0 } }
            guard settings.admission.merge.policy != .none else { return [] }
            return asking.map { pod in
                "of \(ids.count) free \(resource) the nodes are not known (\(ids.prefix(3).joined(separator: ", "))"
                    + (ids.count > 3 ? ", …" : "") + "), and what is said of pod \(pod.namespace)/\(pod.name) hangs on "
                    + "them: name their nodes in the settings of \(DevicePlaces.provider)"
            }
        }
    }
}
