// SPDX-License-Identifier: Apache-2.0

import Glibc
import NUMACore

/// What changes cgroups: system calls, except in tests that let one fail.
struct CgroupKernel: Sendable {
    typealias Change = @Sendable (CgroupTree, String) throws(NUMAHintsError) -> Void

    var make: Change
    var remove: Change
    var write: CgroupConfiner.Writer

    static let live = CgroupKernel(
        make: { (tree, group) throws(NUMAHintsError) in
            let path = tree.folder(of: group)
            guard unsafe mkdir(path, 0o755) == 0 else { throw CgroupFailure.changing("made", path, errno) }
        },
        remove: { (tree, group) throws(NUMAHintsError) in
            let path = tree.folder(of: group)
            guard unsafe rmdir(path) == 0 else { throw CgroupFailure.changing("removed", path, errno) }
        },
        write: { (tree, write) throws(NUMAHintsError) in try tree.write(write.value, to: write.group, write.file) })
}
