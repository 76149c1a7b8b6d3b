// SPDX-License-Identifier: Apache-2.0

package import Admission
package import Enforcement
import NUMACore

/// Whom a watch has to look for.
package enum WatchedContainers {
    /// The containers of pods whose admission has ended, in the order of the ledger; single processes are in no group
    /// of theirs.
    ///
    /// - Parameter root: where the cgroups are mounted; what is attached elsewhere is looked for.
    package static func candidates(
        _ pods: [LedgerPod], _ attachments: [LedgerAttachment], root: String
    ) -> [ContainerWatch.Candidate] {
        var groups: [String: [String: String]] = [:]
        for attachment in attachments where attachment.root == root {
            groups[attachment.uid, default: [:]][attachment.container] = attachment.group
        }
        return pods.flatMap { known -> [ContainerWatch.Candidate] in
            let pod = known.admission.pod
            guard known.state == .committed, pod.namespace != NodeAllocator.runNamespace else { return [] }
            return pod.containers.map {
                ContainerWatch.Candidate($0.name, of: pod, group: groups[pod.uid]?[$0.name])
            }
        }
    }
}
