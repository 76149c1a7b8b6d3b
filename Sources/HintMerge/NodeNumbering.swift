// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Renumbers the nodes that a merge is about from 0 on, without gaps, in the order of their numbers.
///
/// The order stays, so that comparing masks as numbers gives the same result before and after.
struct NodeNumbering {
    /// The node with each place.
    let nodes: [Int]
    /// Whether each node is its own place.
    private let isIdentity: Bool
    private let places: [Int: Int]

    init(_ mask: NUMANodeMask) {
        nodes = mask.members
        isIdentity = (nodes.last ?? -1) == nodes.count - 1
        var places: [Int: Int] = [:]
        if !isIdentity {
            for (place, node) in nodes.enumerated() { places[node] = place }
        }
        self.places = places
    }

    var count: Int { nodes.count }

    /// The places of the nodes of a mask; nodes that have none are left out.
    func places<Bits: NodeBits>(of mask: NUMANodeMask, as type: Bits.Type = Bits.self) -> Bits {
        var result = Bits()
        if isIdentity {
            for node in mask where node < nodes.count { result.insert(node) }
        } else {
            for node in mask {
                if let place = places[node] { result.insert(place) }
            }
        }
        return result
    }

    /// The same for nodes below 64, if each node is its own place and has one; else nil.
    func places<Bits: NodeBits>(ofWord word: UInt64, as type: Bits.Type = Bits.self) -> Bits? {
        guard isIdentity, nodes.count >= 64 || word >> UInt64(nodes.count) == 0 else { return nil }
        return Bits(word: word)
    }

    /// The nodes at the places.
    func mask(of places: some NodeBits) -> NUMANodeMask {
        NUMANodeMask(places.map { nodes[$0] })
    }
}
