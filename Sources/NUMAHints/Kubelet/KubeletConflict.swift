// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore

/// What a kubelet on the same machine does to the cpusets of containers.
package enum KubeletConflict {
    /// A line for whoever confines containers beside a kubelet that does it too; nil if there is none.
    ///
    /// - Parameter root: prefix of /var/lib/kubelet.
    package static func warning(root: String) -> String? {
        let folder = root + "/var/lib/kubelet"
        do throws(NUMAHintsError) {
            guard let state = try KubeletState.cpu(folder: folder), state.policyName == "static" else { return nil }
        } catch {
            return "whether the kubelet has the static CPU manager is not known: \(error)"
        }
        return "\(folder)/cpu_manager_state: the kubelet has the static CPU manager, and will write its own cpusets "
            + "over these every cpuManagerReconcilePeriod (10s if not set): set cpuManagerPolicy: none in its "
            + "configuration, and remove this file before it starts again"
    }
}
