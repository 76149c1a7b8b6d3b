// SPDX-License-Identifier: Apache-2.0

/// A device as its provider lists it: the extension numa-hints.devices/1.
public struct ListedDevice: Hashable, Sendable {
    /// Unique and lasting: a PCI address, a UUID.
    public var id: String
    /// The claimed name that it counts towards.
    public var resource: ResourceName
    /// Devices of one group are given out together, e.g. those of a board.
    public var group: String?
    /// PCI addresses from the root port to the device, joined by "/"; nil if it is not on PCI.
    public var path: String?
    public var locality: Locality
    public var isHealthy: Bool
    /// Why it is not healthy, where that is known: a few words for people.
    public var problem: String?
    /// Held by nobody.
    public var isFree: Bool

    public init(
        id: String, resource: ResourceName, locality: Locality, isHealthy: Bool, isFree: Bool,
        group: String? = nil, path: String? = nil, problem: String? = nil
    ) {
        self.id = id
        self.resource = resource
        self.locality = locality
        self.isHealthy = isHealthy
        self.isFree = isFree
        self.group = group
        self.path = path
        self.problem = problem
    }

    /// Where it is.
    public var place: PCIPlace {
        let parts = path?.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        return PCIPlace(path: parts ?? [], locality: locality)
    }
}
