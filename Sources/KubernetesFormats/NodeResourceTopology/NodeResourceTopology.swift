// SPDX-License-Identifier: Apache-2.0

/// What a node has in each of its NUMA nodes, as the custom resource that NUMA-aware schedulers read.
///
/// Source: k8stopologyawareschedwg/noderesourcetopology-api, `pkg/apis/topology/v1alpha2/types.go`.
public struct NodeResourceTopology: Hashable, Sendable {
    public static let apiVersion = "topology.node.k8s.io/v1alpha2"
    public static let kind = "NodeResourceTopology"

    /// A fact about the node.
    public struct Attribute: Hashable, Sendable, Encodable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// How far it is from the zone to another one, or to itself.
    public struct Cost: Hashable, Sendable, Encodable {
        public var name: String
        public var value: Int64

        public init(_ name: String, _ value: Int64) {
            self.name = name
            self.value = value
        }
    }

    /// How much of a resource a zone has, in whole CPUs, bytes or pieces.
    public struct Resource: Hashable, Sendable {
        public var name: String
        /// All there is.
        public var capacity: UInt64
        /// What pods can have.
        public var allocatable: UInt64
        /// Of that, what no pod has.
        public var available: UInt64

        public init(_ name: String, capacity: UInt64, allocatable: UInt64, available: UInt64) {
            self.name = name
            self.capacity = capacity
            self.allocatable = allocatable
            self.available = available
        }
    }

    /// A NUMA node.
    public struct Zone: Hashable, Sendable {
        public var name: String
        /// In ascending order of node; empty where nobody says.
        public var costs: [Cost]
        /// In ascending order of name.
        public var resources: [Resource]

        public init(node: Int, costs: [Cost], resources: [Resource]) {
            name = Self.name(of: node)
            self.costs = costs
            self.resources = resources
        }

        /// What the zone of a NUMA node is called; a scheduler reads the number of the node from it.
        ///
        /// Source: the same repository, `pkg/apis/topology/v1alpha2/helper/numanode`.
        public static func name(of node: Int) -> String { "node-\(node)" }
    }

    /// The name of the node in the cluster.
    public var name: String
    /// Policy and scope in one word.
    public var topologyPolicies: [String]
    public var attributes: [Attribute]
    /// In ascending order of node.
    public var zones: [Zone]

    public init(name: String, topologyPolicies: [String], attributes: [Attribute], zones: [Zone]) {
        self.name = name
        self.topologyPolicies = topologyPolicies
        self.attributes = attributes
        self.zones = zones
    }

    /// What the name of a node has to be.
    public static let nameRule = DNSName.subdomainRule

    /// Whether a node can have this name.
    public static func isName(_ text: String) -> Bool { DNSName.isSubdomain(text) }
}

extension NodeResourceTopology: Encodable {
    private enum Key: CodingKey { case apiVersion, attributes, kind, metadata, topologyPolicies, zones }

    public func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(Self.apiVersion, forKey: .apiVersion)
        try object.encode(Self.kind, forKey: .kind)
        try object.encode(["name": name], forKey: .metadata)
        try object.encode(topologyPolicies, forKey: .topologyPolicies)
        try object.encode(attributes, forKey: .attributes)
        try object.encode(zones, forKey: .zones)
    }
}

extension NodeResourceTopology.Zone: Encodable {
    private enum Key: CodingKey { case name, type, costs, resources }

    /// Lists that are empty are left out.
    public func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(name, forKey: .name)
        try object.encode("Node", forKey: .type)
        if !costs.isEmpty { try object.encode(costs, forKey: .costs) }
        if !resources.isEmpty { try object.encode(resources, forKey: .resources) }
    }
}

extension NodeResourceTopology.Resource: Encodable {
    private enum Key: CodingKey { case name, capacity, allocatable, available }

    /// Amounts are quantities: text.
    public func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(name, forKey: .name)
        try object.encode("\(capacity)", forKey: .capacity)
        try object.encode("\(allocatable)", forKey: .allocatable)
        try object.encode("\(available)", forKey: .available)
    }
}
