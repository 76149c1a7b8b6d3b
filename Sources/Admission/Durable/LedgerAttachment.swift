// SPDX-License-Identifier: Apache-2.0

/// Where the kernel holds a container to what it was given.
public struct LedgerAttachment: Hashable, Sendable {
    public var uid: String
    public var container: String
    /// Where the cgroups are mounted.
    public var root: String
    /// Below the root: `/kubepods/pod1/a`.
    public var group: String

    public init(uid: String, container: String, root: String, group: String) {
        self.uid = uid
        self.container = container
        self.root = root
        self.group = group
    }
}
