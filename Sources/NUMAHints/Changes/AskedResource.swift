// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import NUMACore

/// A resource for which a unit asks.
struct AskedResource {
    let resource: ResourceName
    let requested: UInt64
    /// The least by which amounts differ.
    let step: UInt64
    private let cells: [ResourceRow.Cell]

    init(_ row: ResourceRow) {
        resource = row.resource
        requested = row.counted ?? row.requested
        step = row.step
        cells = row.cells
    }

    /// What masks with a node lack, the least first: of a few nodes all masks, of many the node alone and all nodes.
    func gaps(at node: Int) -> [UInt64] {
        let own = cells.first { $0.node == node }?.free ?? 0
        var sums: Set<UInt64> = [own]
        let others = cells.filter { $0.node != node }.map(\.free)
        if others.count < 4 {
            for free in others { sums.formUnion(sums.map { $0.addingClamped(free) }) }
        } else {
            sums.insert(others.reduce(own) { $0.addingClamped($1) })
        }
        return sums.filter { $0 < requested }.map { requested - $0 }.sorted()
    }
}

extension Explanation {
    /// Those that its causes name first, then the others: a node with more of one can be the one where another is free;
    /// each once, in the order of units and resources.
    var askedResources: [AskedResource] {
        let short = units.flatMap { unit in (unit.cause?.shortages ?? []).map(\.resource) }
        let rows = units.flatMap(\.rows)
        var found: [AskedResource] = []
        for row in rows.filter({ short.contains($0.resource) }) + rows
        where !found.contains(where: { $0.resource == row.resource }) {
            found.append(AskedResource(row))
        }
        return found
    }
}
