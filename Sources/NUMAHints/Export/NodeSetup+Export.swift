// SPDX-License-Identifier: Apache-2.0

package import Admission
package import KubernetesFormats
package import Logging
import NUMACore
import SystemFiles

extension NodeSetup {
    /// What a scheduler is to know of the node, on which pods hold what a ledger says.
    ///
    /// - Parameter name: of the node in the cluster; nil takes what the machine says.
    /// - Returns: also what should be known of it, a line each.
    package func resourceTopology(
        named name: String?, of held: (pods: [LedgerPod], memory: [LedgerMemory]),
        fingerprint: PodsFingerprint.Method?, logger: Logger
    ) throws -> (object: NodeResourceTopology, warnings: [String]) {
        try withNode(logger: logger) { node in
            if let refusal = node.refusals.first { throw NUMAHintsError(.provider, refusal) }
            let name = try name ?? machine.nodeName(root: node.root)
            let (object, losses) = try node.resourceTopology(named: name, of: held, fingerprint: fingerprint)
            return (object, node.warnings + losses)
        }
    }
}

extension MachineOrigin {
    /// What a kubelet would call the node: the host name in lower case; of a simulated machine its name.
    ///
    /// Source: https://kubernetes.io/docs/concepts/architecture/nodes/#node-name-uniqueness, and `GetHostname` in
    /// kubernetes/kubernetes, `pkg/util/node/node.go`.
    ///
    /// - Parameter root: prefix of the machine's /sys and /proc; nil if there are none.
    fileprivate func nodeName(root: String?) throws(NUMAHintsError) -> String {
        let host = root.flatMap { SystemFiles(root: $0).text("/proc/sys/kernel/hostname", limit: 256) }
        let simulated = text.hasPrefix("sim:") ? String(text.dropFirst("sim:".count)) : nil
        guard let found = host?.lowercased() ?? simulated, NodeResourceTopology.isName(found) else {
            throw NUMAHintsError(.usage, "--machine \(text) does not say what its node is called: give --node-name")
        }
        return found
    }
}
