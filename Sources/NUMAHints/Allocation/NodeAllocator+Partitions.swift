// SPDX-License-Identifier: Apache-2.0

import Admission
import Enforcement
import NUMACore

/// Groups that the kernel keeps others off.
extension NodeAllocator {
    /// Where a pod, or one of its containers, is attached.
    func attachments(of holder: Holder) throws(NUMAHintsError) -> [LedgerAttachment] {
        try ledger.attachments().filter {
            $0.uid == holder.podUID && (holder.container == nil || $0.container == holder.container)
        }
    }

    /// Lets others have the CPUs of groups that are there still.
    ///
    /// Where that fails the kernel goes on to keep others off, which they are told when their groups are written.
    func dissolve(_ attachments: [LedgerAttachment]) {
        for attachment in attachments {
            guard let tree = try? CgroupTree(root: attachment.root), tree.exists(attachment.group) else { continue }
            try? CgroupConfiner(tree).dissolve(attachment.group)
        }
    }
}
