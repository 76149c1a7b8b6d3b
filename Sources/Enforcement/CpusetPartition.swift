// SPDX-License-Identifier: Apache-2.0

/// A group whose CPUs nobody outside of it runs on, by `cpuset.cpus.partition` of version 2.
/// Source: the kernel's Documentation/admin-guide/cgroup-v2.rst.
public enum CpusetPartition: String, Hashable, Sendable, CaseIterable {
    /// With a scheduling domain of its own.
    case root
    /// Without load balancing among its CPUs.
    case isolated

    static let file = "cpuset.cpus.partition"
    static let exclusiveFile = "cpuset.cpus.exclusive"
    /// What the file says of a group that is none.
    static let none = "member"

    /// What was asked for, of a text that may say that the kernel does not follow: `root invalid (Parent is ...)`.
    static func wanted(in text: String) -> String { String(text.prefix { $0 != " " }) }

    /// The kernel's reason in such a text; the text itself if there is none.
    static func reason(in text: String) -> String {
        guard let start = text.firstIndex(of: "("), text.hasSuffix(")") else { return text }
        return String(text[text.index(after: start)...].dropLast())
    }
}
