// SPDX-License-Identifier: Apache-2.0

/// What a provider has of one resource in one place: the table that people are shown.
public struct Stock: Hashable, Sendable {
    public var resource: ResourceName
    public var locality: Locality
    /// Not held by anybody and in working order.
    public var free: UInt64
    /// On an empty machine: what is busy or unhealthy counts too.
    public var total: UInt64

    public init(_ resource: ResourceName, locality: Locality, free: UInt64, total: UInt64) {
        self.resource = resource
        self.locality = locality
        self.free = free
        self.total = total
    }
}
