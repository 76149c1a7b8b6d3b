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
