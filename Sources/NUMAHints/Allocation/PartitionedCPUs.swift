// SPDX-License-Identifier: Apache-2.0

package import Admission
import Enforcement
package import NUMACore

/// The CPUs that the kernel keeps everybody else off.
package enum PartitionedCPUs {
    /// Those of the groups of containers that are partitions.
    package static func of(_ attachments: [LedgerAttachment]) -> CPUSet {
        var found = CPUSet()
        for attachment in attachments {
            guard let tree = try? CgroupTree(root: attachment.root), tree.exists(attachment.group),
                let state = try? CpusetState(of: attachment.group, in: tree), state.own.isPartition
            else { continue }
            found = found.union(state.own.cpus)
        }
        return found
    }
}
