// SPDX-License-Identifier: Apache-2.0

import Admission
package import Enforcement
package import NUMACore

/// What the kernel is to hold a container to.
extension NodeAllocator {
    /// Holds a container to what it was given, and lets the ledger know where.
    ///
    /// - Parameter partition: what the group becomes if the container has CPUs alone; nil leaves that as it is.
    /// - Returns: what it is held to.
    /// - Throws: of code `machine` if the group is not there or takes no sets; it is then as it was.
    @discardableResult
    package func attach(
        _ holder: Holder, to group: String, in tree: CgroupTree, partition: CpusetPartition? = nil
    ) throws(NUMAHintsError) -> Confinement {
        var confinement = try confinement(of: holder)
        if try hasCPUs(holder) { confinement.partition = partition }
        let attachment = LedgerAttachment(
            uid: holder.podUID, container: holder.container ?? "", root: tree.root, group: group)
        // Who reads the machine and then the ledger must not take CPUs for lost that a partition has by then.
        if confinement.partition != nil { try ledger.attach(attachment) }
        do throws(NUMAHintsError) {
            try CgroupConfiner(tree).confine(group, to: confinement)
        } catch {
            if confinement.partition != nil {
                try ledger.detach(uid: attachment.uid, container: attachment.container)
            }
            throw error
        }
        if confinement.partition == nil { try ledger.attach(attachment) }
        return confinement
    }
}

extension Assignment {
    var hasCPUs: Bool { if case .cpus = piece { true } else { false } }
}
