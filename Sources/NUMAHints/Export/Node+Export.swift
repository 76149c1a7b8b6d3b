// SPDX-License-Identifier: Apache-2.0

package import Admission
import FoundationEssentials
package import KubernetesFormats
package import NUMACore
import ProviderHost

extension Node {
    /// What a scheduler is to know of this node, on which pods hold what a ledger says; to be called before anything else.
    ///
    /// - Returns: also what pods hold and is not there, a line each.
    package mutating func resourceTopology(
        named name: String, of held: (pods: [LedgerPod], memory: [LedgerMemory]), fingerprint: PodsFingerprint.Method?
    ) throws(NUMAHintsError) -> (object: NodeResourceTopology, losses: [String]) {
        let unheld = try countedStock()
        let losses = try restore(held.pods, held.memory).map(\.description)
        let facts = NodeResourceTopology.Facts(
            name: name, machine: machine, policy: settings.admission.merge.policy, scope: settings.admission.scope,
            unheld: unheld, stock: try countedStock(), pods: held.pods.map(\.admission.pod), fingerprint: fingerprint)
        return (NodeResourceTopology(facts), losses)
    }

    /// What the providers have that count what pods hold.
    private func countedStock() throws(NUMAHintsError) -> [Stock] {
        var stock: [Stock] = []
        for provider in registry.providers where !settings.isManagerOff(of: provider.id) {
            do throws(ProviderFailure) { stock += try provider.stock() } catch {
                throw NUMAHintsError(.provider, "\(error)", file: provider.path)
            }
        }
        return stock
    }
}

extension NodeSettings {
    private struct Manager: Decodable {
        var policy: String?
    }

    /// Whether the settings of a provider of ours say that it does as a kubelet's manager with the policy `none`: then it
    /// gives nothing on a node of its own, and keeps no account of what pods have.
    fileprivate func isManagerOff(of id: String) -> Bool {
        guard ["cpu", "hugepages", "memory"].contains(where: { id == "org.numa-hints.\($0)" }),
            let own = providers.first(where: { $0.id == id }),
            let manager = try? JSONDecoder().decode(Manager.self, from: Data(own.json.utf8))
        else { return false }
        return manager.policy == "none"
    }
}
