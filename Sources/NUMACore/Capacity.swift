// SPDX-License-Identifier: Apache-2.0

/// Offers by amounts what a list of hints offers by masks; the same as the list that it stands for.
///
/// For each non-empty subset of `universe` (a mask), add up the pools that it meets and the exact
/// pools whose nodes it equals. The mask is *sufficient* if the sum of `total` is at least `need`;
/// *offered* if it is sufficient, the sum of `free` is at least `need`, it meets each set of
/// `mustMeet` and equals each of `groups` that it meets; *preferred* if it is offered and no
/// sufficient mask, offered or not, has fewer nodes.
///
/// Capacities with one `joint` name share one enumeration, over the nodes common to their universes:
/// a mask is sufficient, or offered, if it is so for all of them.
public struct Capacity: Hashable, Sendable {
    /// An amount near to `nodes`: there for each mask that meets them, and only once.
    public struct Pool: Hashable, Sendable {
        public var nodes: NUMANodeMask
        /// For this request: what its subject may reuse counts too.
        public var free: UInt64
        /// On an empty machine: what is busy or unhealthy counts too.
        public var total: UInt64

        public init(nodes: NUMANodeMask, free: UInt64, total: UInt64) {
            self.nodes = nodes
            self.free = free
            self.total = total
        }
    }

    public var need: UInt64
    public var universe: NUMANodeMask
    public var pools: [Pool]
    /// Count only for a mask that equals their nodes.
    public var exact: [Pool]
    /// Each must be met; an empty one cannot be.
    public var mustMeet: [NUMANodeMask]
    /// Nodes that are used together or not at all.
    public var groups: [NUMANodeMask]
    public var joint: String?
    /// If no mask is offered, this means "no preference" instead of "impossible".
    public var elseAny: Bool

    public init(
        need: UInt64, universe: NUMANodeMask, pools: [Pool], exact: [Pool] = [],
        mustMeet: [NUMANodeMask] = [], groups: [NUMANodeMask] = [], joint: String? = nil,
        elseAny: Bool = false
    ) {
        self.need = need
        self.universe = universe
        self.pools = pools
        self.exact = exact
        self.mustMeet = mustMeet
        self.groups = groups
        self.joint = joint
        self.elseAny = elseAny
    }
}
