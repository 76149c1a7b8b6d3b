// SPDX-License-Identifier: Apache-2.0

import Admission
import Enforcement
package import NUMACore

/// The containers that share CPUs: their cgroups follow what others get and free.
extension NodeAllocator {
    /// Writes the CPUs that nobody has alone into the groups of those that have none of their own.
    ///
    /// To be called before a container is held to CPUs that it has alone, and after such CPUs came free.
    ///
    /// - Returns: what could not be done, a line each. Groups that are gone are forgotten.
    package func updateSharers() throws(NUMAHintsError) -> [String] {
        var lines: [String] = []
        for attachment in try ledger.attachments() {
            let holder = Holder(podUID: attachment.uid, container: attachment.container)
            do throws(NUMAHintsError) {
                guard let wanted = try sharedConfinement(of: holder) else { continue }
                let tree = try CgroupTree(root: attachment.root)
                guard tree.exists(attachment.group) else {
                    try ledger.detach(uid: attachment.uid, container: attachment.container)
                    continue
                }
                try CgroupConfiner(tree).confine(attachment.group, to: wanted)
            } catch {
                lines.append("\(attachment.uid)/\(attachment.container): \(error)")
            }
        }
        return lines
    }

    /// Nil for a container that has CPUs alone.
    private func sharedConfinement(of holder: Holder) throws(NUMAHintsError) -> Confinement? {
        let pieces = try known(holder).pieces
        return pieces.contains(where: \.hasCPUs) ? nil : try confinement(of: holder)
    }
}
