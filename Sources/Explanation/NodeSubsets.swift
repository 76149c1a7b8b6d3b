// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The subsets of so many nodes, in lexicographic order of the list of nodes: {0,1}, {0,3}, {1,3}.
struct NodeSubsets: IteratorProtocol {
    private let nodes: [Int]
    private var places: [Int]
    private var isDone: Bool

    init(of mask: NUMANodeMask, count: Int) {
        nodes = mask.members
        places = Array(0..<max(0, count))
        isDone = count < 1 || count > nodes.count
    }

    /// Whether there are fewer than so many, counted without walking them.
    func areFewer(than limit: Int) -> Bool {
        var amount = 1
        // A subset or the rest, whichever is smaller: the amount then never falls.
        for step in 0..<min(places.count, max(0, nodes.count - places.count)) {
            let (product, overflow) = amount.multipliedReportingOverflow(by: nodes.count - step)
            amount = product / (step + 1)
            if overflow || amount >= limit { return false }
        }
        return amount < limit
    }

    mutating func next() -> NUMANodeMask? {
        if isDone { return nil }
        let mask = NUMANodeMask(places.map { nodes[$0] })
        advance()
        return mask
    }

    private mutating func advance() {
        var place = places.count - 1
        while place >= 0, places[place] == nodes.count - places.count + place { place -= 1 }
        guard place >= 0 else {
            isDone = true
            return
        }
        places[place] += 1
        for later in (place + 1)..<max(place + 1, places.count) { places[later] = places[later - 1] + 1 }
    }
}
