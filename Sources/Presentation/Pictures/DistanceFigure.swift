// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The distances between nodes as a table; nodes that are far stand out by their number's weight too.
struct DistanceFigure {
    /// A table of more nodes helps nobody.
    private static let mostNodes = 128
    /// From here on it is folded.
    private static let manyNodes = 17

    let distances: Distances

    init(_ distances: Distances) { self.distances = distances }

    /// Nil for one node.
    var markup: Markup? {
        let nodes = distances.nodes
        guard nodes.count > 1 else { return nil }
        guard nodes.count <= Self.mostNodes else {
            return Markup("p", ["class": "faint"], "distances of \(nodes.count) nodes: see topology -o json")
        }
        let farthest = distances.rows.joined().max() ?? 0
        let nearest =
            distances.rows.enumerated().flatMap { row, values in
                values.enumerated().filter { $0.offset != row }.map(\.element)
            }.min() ?? 0
        let rows = nodes.indices.map { row in
            Markup(
                "tr", [:],
                [Markup("th", ["scope": "row"], "node \(nodes[row])")]
                    + nodes.indices.map { column in
                        let value = distances.rows[row][column]
                        let isFar = value == farthest && farthest > nearest && row != column
                        return Markup(
                            "td", row == column ? ["class": "own"] : isFar ? ["class": "far"] : [:], "\(value)")
                    })
        }
        let header = Markup(
            "tr", [:],
            [Markup("th", ["scope": "col"], "from / to")] + nodes.map { Markup("th", ["scope": "col"], "\($0)") })
        let table = Markup(
            "div",
            ["class": "scroll narrow", "role": "region", "aria-label": "distances between nodes", "tabindex": "0"],
            [
                Markup(
                    "table", ["class": "distances"],
                    [Markup("thead", [:], [header]), Markup("tbody", [:], rows)])
            ])
        let isFolded = nodes.count >= Self.manyNodes
        let title =
            nearest == farthest
            ? "Distances: \(nearest) to each other node"
            : "Distances: \(nearest) to the nearest, \(farthest) to the farthest"
        return isFolded
            ? Markup("details", [:], [Markup("summary", [:], title), table])
            : Markup("div", [:], [Markup("p", ["class": "caption"], title), table])
    }
}
