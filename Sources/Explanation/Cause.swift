// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Why a unit was refused, or is not as well placed as its resources could be on an empty machine.
public struct Cause: Hashable, Sendable {
    /// What one resource contributes to the cause.
    public struct Shortage: Hashable, Sendable {
        public var resource: ResourceName
        public var requested: UInt64
        /// What the nodes have, ascending.
        public var cells: [ResourceRow.Cell]
        /// The nodes, each of which would do for this resource alone.
        public var sufficientNodes: [Int]
    }

    /// One sentence: starts in lower case, no full stop, names resources, nodes and numbers.
    public var text: String
    /// The resources that make it so; without any one of them it would not be so.
    public var shortages: [Shortage]
    /// What it follows from: without any one of them it would not.
    public var facts: [Fact] = []
    /// Who has what is missing; empty where nobody was asked for it.
    public var holdings: [Holding] = []
}
