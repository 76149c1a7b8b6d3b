// SPDX-License-Identifier: Apache-2.0

package import Admission
package import NUMACore
import ProviderHost

/// A node on which pods hold what a ledger says, without the ledger being touched.
extension Node {
    /// Tells the providers what pods hold; to be called before anything else.
    ///
    /// The kubelet that this node is compared with learns the same; if it cannot, it is compared with no longer.
    ///
    /// - Parameter memory: the books of the providers that keep any by node.
    /// - Returns: what pods hold and is not there, in the order of the pods.
    package mutating func restore(
        _ pods: [LedgerPod], _ memory: [LedgerMemory]
    ) throws(NUMAHintsError) -> [Loss] {
        if let own = kubelet?.providers.compactMap({ $0 as? ProviderInstance }) {
            let lost = try? Self.restore(pods, memory, to: own, machine).losses
            if lost?.isEmpty != true { kubelet = nil }
        }
        let recovery = try Self.restore(pods, memory, to: registry.providers, machine)
        residents += recovery.restored
        return recovery.losses
    }

    /// Whether pods are decided about as a kubelet would too.
    package var isComparedWithKubelet: Bool { kubelet != nil }

    private static func restore(
        _ pods: [LedgerPod], _ memory: [LedgerMemory], to providers: [ProviderInstance], _ machine: Machine
    ) throws(NUMAHintsError) -> Recovery {
        var recovery = try Recovery(providers, inventory: Inventory(machine))
        for pod in pods { try recovery.restore(pod) }
        if !pods.isEmpty { try recovery.restore(memory) }
        return recovery
    }
}
