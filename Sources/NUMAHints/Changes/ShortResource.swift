// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import NUMACore

/// A resource of which a unit does not have enough where it is needed.
struct ShortResource {
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
    /// Those that its causes name, in the order of units and resources, each once.
    var shortResources: [ShortResource] {
        var found: [ShortResource] = []
        for unit in units {
            for shortage in unit.cause?.shortages ?? []
            where !found.contains(where: { $0.resource == shortage.resource }) {
                found += unit.rows.filter { $0.resource == shortage.resource }.map { ShortResource($0) }
            }
        }
        // Enough in all, and too little where it has to be: what the provider speaks of.
        if found.isEmpty, case .refused(let refusal) = trace.verdict, let rows = units.last?.rows {
            found = rows.filter { refusal.reason.text.contains($0.resource.rawValue) }.map { ShortResource($0) }
        }
        return found
    }
}
