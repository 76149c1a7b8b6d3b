// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// How near to each other the devices are that a container was given, and what that left of their cliques.
public struct DeviceNearness: Hashable, Sendable {
    public struct Name: Hashable, Sendable {
        public var resource: ResourceName
        public var id: String

        package init(resource: ResourceName, id: String) {
            self.resource = resource
            self.id = id
        }
    }

    /// A device and the nearest one of another resource.
    public struct Pair: Hashable, Sendable {
        public var one: Name
        public var other: Name
        public var proximity: PCIProximity

        package init(one: Name, other: Name, proximity: PCIProximity) {
            self.one = one
            self.other = other
            self.proximity = proximity
        }
    }

    /// How many pairs of devices of one resource are how near.
    public struct Among: Hashable, Sendable {
        public var resource: ResourceName
        /// The nearest first, without those of which there are none.
        public var counts: [Count]

        package init(resource: ResourceName, counts: [Count]) {
            self.resource = resource
            self.counts = counts
        }
    }

    public struct Count: Hashable, Sendable {
        public var proximity: PCIProximity
        public var pairs: Int

        package init(proximity: PCIProximity, pairs: Int) {
            self.proximity = proximity
            self.pairs = pairs
        }
    }

    /// What was taken of devices of one resource that belong together.
    public struct Clique: Hashable, Sendable {
        public var resource: ResourceName
        /// The group that its provider named, or nil.
        public var group: String?
        /// The root port, or the place at the root, that they share; nil for a group.
        public var root: String?
        public var taken: Int
        /// How many the container could have had.
        public var usable: Int
        /// How many there are.
        public var size: Int

        package init(
            resource: ResourceName, group: String? = nil, root: String? = nil, taken: Int, usable: Int, size: Int
        ) {
            self.resource = resource
            self.group = group
            self.root = root
            self.taken = taken
            self.usable = usable
            self.size = size
        }

        /// Whether it was free as a whole, and is not any more, though a part of it is left.
        public var isBroken: Bool { usable == size && taken < size }
    }

    public var container: String
    /// By the first device's resource and id, each pair once.
    public var pairs: [Pair] = []
    /// In ascending order of resource.
    public var among: [Among] = []
    /// Those of more than one device, by resource and first device.
    public var cliques: [Clique] = []
    /// What would have been nearer if others held nothing, in one sentence; nil if nothing would.
    public var regret: String?
    /// What did not go as it should, a sentence each.
    public var remarks: [String] = []

    /// What was found before.
    package init(
        container: String, pairs: [Pair], among: [Among], cliques: [Clique], regret: String?, remarks: [String]
    ) {
        self.container = container
        self.pairs = pairs
        self.among = among
        self.cliques = cliques
        self.regret = regret
        self.remarks = remarks
    }

    /// - Parameters:
    ///   - given: the ids of what the container was given, by resource.
    ///   - demands: what there was before it was given that.
    public init(
        container: String, _ given: [(resource: ResourceName, ids: Set<String>)], of demands: [DeviceDemand],
        affinity: NUMANodeMask?, nodes: NUMANodeMask, limit: Int = DeviceChoice.usualLimit
    ) {
        self.container = container
        let had = demands.sorted { $0.resource < $1.resource }.compactMap { demand in
            given.first { $0.resource == demand.resource }.map { GivenDevices(demand, $0.ids) }
        }
        for own in had {
            among.append(contentsOf: own.among(nodes))
            cliques += own.cliques
            for device in own.devices {
                for others in had where others.demand.resource != own.demand.resource {
                    guard let pair = others.nearest(to: device, nodes) else { continue }
                    let isKnown = pairs.contains { $0.one == pair.other && $0.other == pair.one }
                    if !isKnown { pairs.append(pair) }
                }
            }
        }
        regret = NearnessRegret(had, affinity: affinity, nodes: nodes, limit: limit).sentence(pairs)
    }
}
