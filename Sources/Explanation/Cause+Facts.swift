// SPDX-License-Identifier: Apache-2.0

public import NUMACore

extension Cause {
    /// One thing that a cause rests on, about one resource.
    ///
    /// Where a fact is not named, the opposite is assumed: a resource without a demand, offers or an impossibility
    /// wants nothing, what is not said to be short is wholly free, and nodes are neither grouped nor used again.
    /// A cause follows from its facts, and from no fewer of them.
    public struct Fact: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            /// So much is looked for. On an empty machine so many nodes have it and no fewer; nil if none have it, or
            /// if that would take too long to find.
            case demand(need: UInt64, narrowest: Int?)
            /// Less is free near these nodes than there is.
            case shortage(Shortage)
            /// Nodes in use together: as a whole or not at all.
            case group(NUMANodeMask)
            /// What the pod has already is near these nodes, and is used again first.
            case reuse(NUMANodeMask)
            /// It can be had on these masks alone.
            case offers([TopologyHint])
            /// It cannot be had at all.
            case impossible(Reason)
        }

        public struct Shortage: Hashable, Sendable {
            /// No node: near none that is known.
            public var nodes: NUMANodeMask
            /// Counts for the mask of just these nodes, and not for each mask that meets them.
            public var isExact = false
            public var free: UInt64
            public var total: UInt64
        }

        public var resource: ResourceName
        public var kind: Kind

        public init(_ resource: ResourceName, _ kind: Kind) {
            self.resource = resource
            self.kind = kind
        }
    }
}

extension Capacity {
    /// What there is, each place once, in ascending order of nodes.
    var places: [Cause.Fact.Shortage] {
        var places: [Cause.Fact.Shortage] = []
        let all = pools.map { ($0, false) } + exact.map { ($0, true) }
        for (pool, isExact) in all {
            if let known = places.firstIndex(where: { $0.nodes == pool.nodes && $0.isExact == isExact }) {
                places[known].free = places[known].free.addingClamped(pool.free)
                places[known].total = places[known].total.addingClamped(pool.total)
            } else {
                places.append(.init(nodes: pool.nodes, isExact: isExact, free: pool.free, total: pool.total))
            }
        }
        return places.sorted { ($0.isExact ? 1 : 0, $0.nodes) < ($1.isExact ? 1 : 0, $1.nodes) }
    }
}
