// SPDX-License-Identifier: Apache-2.0

import Glibc
import NUMACore

/// What the kernel says when a file of a cgroup cannot be used, with what is to be done about it.
enum CgroupFailure {
    static func reading(_ path: String, _ problem: Int32) -> NUMAHintsError {
        NUMAHintsError(.machine, "the cgroup cannot be read: \(text(problem))", file: path)
    }

    static func writing(_ value: String, to path: String, _ problem: Int32) -> NUMAHintsError {
        let advice =
            switch problem {
            case EACCES, EPERM, EROFS: "; root, or a cgroup that was delegated to this user, is needed"
            case ENOENT: "; the cgroup is gone, or its parent does not hand the controller down"
            case EBUSY: "; a cgroup below it needs more than that, or its tasks may not be moved"
            case EINVAL, ENOSPC: "; its parent does not have that, or nothing of that is on line"
            default: ""
            }
        return NUMAHintsError(
            .machine, "\"\(value)\" cannot be written: \(text(problem))\(advice)", file: path)
    }

    /// - Parameter done: `made` or `removed`.
    static func changing(_ done: String, _ path: String, _ problem: Int32) -> NUMAHintsError {
        NUMAHintsError(.machine, "the cgroup cannot be \(done): \(text(problem))", file: path)
    }

    private static func text(_ problem: Int32) -> String {
        unsafe strerror(problem).map { unsafe String(cString: $0) } ?? "error \(problem)"
    }
}
