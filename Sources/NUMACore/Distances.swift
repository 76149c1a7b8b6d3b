// SPDX-License-Identifier: Apache-2.0

/// The relative distances between NUMA nodes, as the firmware's SLIT table gives them: 10 is local.
public struct Distances: Hashable, Sendable {
    /// The nodes, ascending; row and column `i` belong to `nodes[i]`.
    public let nodes: [Int]
    /// Row by row; as many rows, and columns in each, as there are nodes.
    public let rows: [[UInt64]]

    /// The matrix, or nil if it is not square over the nodes.
    public init?(nodes: [Int], rows: [[UInt64]]) {
        guard rows.count == nodes.count, rows.allSatisfy({ $0.count == nodes.count }) else { return nil }
        self.nodes = nodes
        self.rows = rows
    }

    /// The distance from one node to another, or nil if either is not in the matrix.
    public func distance(from: Int, to: Int) -> UInt64? {
        guard let row = nodes.firstIndex(of: from), let column = nodes.firstIndex(of: to) else { return nil }
        return rows[row][column]
    }

    /// The sum over all ordered pairs of the mask, each node with itself included; nodes that are not
    /// in the matrix add nothing. Divided by the square of the node count it is the kubelet's average.
    ///
    /// Source: KEP-3545, prefer-closest-numa-nodes.
    public func sum(over mask: NUMANodeMask) -> UInt64 {
        let places = nodes.indices.filter { mask.contains(nodes[$0]) }
        var sum: UInt64 = 0
        for row in places {
            for column in places { sum = sum.addingClamped(rows[row][column]) }
        }
        return sum
    }
}
