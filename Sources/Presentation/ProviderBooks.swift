// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What the books of a node's providers say, with all that pods hold in them.
public struct ProviderBooks: Sendable {
    /// Place by place.
    public var stock: [Stock]
    /// The CPUs of containers that have none of their own; nil if no provider says.
    public var sharedCPUs: CPUSet?
    public var devices: [ListedDevice]
    /// The resources of which a provider lists every device.
    public var listedResources: [ResourceName]

    public init(
        stock: [Stock] = [], sharedCPUs: CPUSet? = nil, devices: [ListedDevice] = [],
        listedResources: [ResourceName] = []
    ) {
        self.stock = stock
        self.sharedCPUs = sharedCPUs
        self.devices = devices
        self.listedResources = listedResources
    }
}
