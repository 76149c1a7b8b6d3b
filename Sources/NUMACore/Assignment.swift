// SPDX-License-Identifier: Apache-2.0

/// One piece of what a container was given; pieces of one resource add up.
public struct Assignment: Hashable, Sendable {
    public enum Piece: Hashable, Sendable {
        /// Logical CPUs for exclusive use.
        case cpus(CPUSet)
        /// Bytes on nodes; `shares` says how many on which, where this is settled.
        case memory(nodes: NUMANodeMask, bytes: UInt64, shares: [Share])
        /// One device and its nodes; empty if they are unknown.
        case device(id: String, nodes: NUMANodeMask)
    }

    /// The part of an amount that lies on one node.
    public struct Share: Hashable, Sendable {
        public var node: Int
        public var bytes: UInt64

        public init(node: Int, bytes: UInt64) {
            self.node = node
            self.bytes = bytes
        }
    }

    /// Something for the container runtime, e.g. `cdi`, `device`, `mount`, `env`.
    public struct Attribute: Hashable, Sendable {
        public var key: String
        public var value: String

        public init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    public var resource: ResourceName
    public var piece: Piece
    public var attributes: [Attribute]
    /// The init container of the pod that had this piece.
    public var takenFrom: String?

    public init(
        _ resource: ResourceName, _ piece: Piece, attributes: [Attribute] = [], takenFrom: String? = nil
    ) {
        self.resource = resource
        self.piece = piece
        self.attributes = attributes
        self.takenFrom = takenFrom
    }
}

/// What a container was given, of all resources.
public struct Allocation: Hashable, Sendable {
    public var container: String
    public var assignments: [Assignment]

    public init(container: String, assignments: [Assignment]) {
        self.container = container
        self.assignments = assignments
    }
}
