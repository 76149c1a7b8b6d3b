// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A countable device of a ``DevicePool``.
public struct PooledDevice: Hashable, Sendable {
    /// Unique in the pool, and lasting.
    public var id: String
    /// The claimed name that it counts towards.
    public var resource: ResourceName
    public var locality: Locality
    public var isHealthy: Bool
    /// Why it is not healthy: a few words for people.
    public var problem: String?
    /// Devices of one group are given out together, e.g. those of a board.
    public var group: String?
    /// PCI addresses from the root port to the device, joined by "/".
    public var path: String?
    /// For the container runtime.
    public var attributes: [Assignment.Attribute]

    public init(
        id: String, resource: ResourceName, locality: Locality, isHealthy: Bool = true,
        problem: String? = nil, group: String? = nil, path: String? = nil, attributes: [Assignment.Attribute] = []
    ) {
        self.id = id
        self.resource = resource
        self.locality = locality
        self.isHealthy = isHealthy
        self.problem = problem
        self.group = group
        self.path = path
        self.attributes = attributes
    }

    /// For people and other programs: one that is said to be near to no node is nowhere in particular.
    var shownLocality: Locality { Self.shown(locality) }

    static func shown(_ locality: Locality) -> Locality { locality == .nodes([]) ? .unknown : locality }

    /// Its nodes; empty if it has none of its own.
    var nodes: NUMANodeMask {
        guard case .nodes(let nodes) = locality else { return [] }
        return nodes
    }
}
