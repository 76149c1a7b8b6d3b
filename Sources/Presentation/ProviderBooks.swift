// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What the books of a node's providers say, with all that pods hold in them.
public struct ProviderBooks: Sendable {
    /// A device that a provider lists.
    public struct Device: Sendable {
        public var id: String
        public var resource: ResourceName
        public var locality: Locality
        public var isHealthy: Bool

        public init(id: String, resource: ResourceName, locality: Locality, isHealthy: Bool) {
            self.id = id
            self.resource = resource
            self.locality = locality
            self.isHealthy = isHealthy
        }
    }

    /// Place by place.
    public var stock: [Stock]
    /// The CPUs of containers that have none of their own; nil if no provider says.
    public var sharedCPUs: CPUSet?
    public var devices: [Device]

    public init(stock: [Stock] = [], sharedCPUs: CPUSet? = nil, devices: [Device] = []) {
        self.stock = stock
        self.sharedCPUs = sharedCPUs
        self.devices = devices
    }
}
