// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// How much of one resource one container of an admitted pod could ask for, all else as it is.
public struct Slack: Hashable, Sendable {
    public var container: String
    public var resource: ResourceName
    /// What it asks for.
    public var requested: UInt64
    /// The most for which the pod is still admitted, and aligned if it is aligned as it is; at least what it asks for.
    public var most: UInt64

    public init(container: String, resource: ResourceName, requested: UInt64, most: UInt64) {
        self.container = container
        self.resource = resource
        self.requested = requested
        self.most = most
    }
}
