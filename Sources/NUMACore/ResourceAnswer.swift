// SPDX-License-Identifier: Apache-2.0

/// Where a provider says that one resource of a request could be placed.
public struct ResourceAnswer: Hashable, Sendable {
    public enum Placement: Hashable, Sendable {
        /// The resource is indifferent to placement ("no preference").
        case any
        /// The resource cannot be placed at all.
        case impossible(Reason)
        /// It can be placed on these masks. Never empty. In ascending order of node count, then of
        /// the list of nodes ({0,3} before {1,2}).
        case hints([TopologyHint])
        /// It can be placed wherever there is enough of it.
        case capacity(Capacity)
    }

    public var resource: ResourceName
    public var placement: Placement

    public init(_ resource: ResourceName, _ placement: Placement) {
        self.resource = resource
        self.placement = placement
    }
}
