// SPDX-License-Identifier: Apache-2.0

/// A mask on which a resource can be placed, or into which hints were merged.
public struct TopologyHint: Hashable, Sendable {
    /// The nodes; nil is *no mask*: it constrains nothing and is not the same as all nodes.
    public var nodes: NUMANodeMask?
    /// In an offer: no placement of the resource on an empty machine could be narrower.
    public var isPreferred: Bool
    /// In an offer: every wider mask among the candidate nodes is offered too, not preferred.
    public var includesWider: Bool

    public init(nodes: NUMANodeMask?, isPreferred: Bool, includesWider: Bool = false) {
        self.nodes = nodes
        self.isPreferred = isPreferred
        self.includesWider = includesWider
    }
}
