// SPDX-License-Identifier: Apache-2.0

/// One write into a file of a cgroup.
public struct CgroupWrite: Hashable, Sendable, CustomStringConvertible {
    /// Below the root of the hierarchy: `/kubepods/pod1`.
    public var group: String
    /// `cpuset.cpus`.
    public var file: String
    public var value: String

    public init(_ group: String, _ file: String, _ value: String) {
        self.group = group
        self.file = file
        self.value = value
    }

    public var description: String { "\(group)/\(file) = \(value)" }
}
