// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The sets of masks of a small machine, one entry for each of the 2^n masks.
///
/// The intersections of one mask from each of two sets are found without pairing them: how many
/// masks of a set include a mask is a sum over its supersets; the product of two such sums, taken
/// apart again, counts the pairs that meet in exactly this mask.
struct MaskTable {
    /// The largest machine for which a table is worth it.
    static let mostNodes = 8

    private let nodes: Int
    /// 1 for each mask in the set.
    private var entries: [Int32]

    init(nodes: Int) {
        self.nodes = nodes
        entries = Array(repeating: 0, count: 1 << nodes)
    }

    /// The number of entries.
    var size: Int { entries.count }

    mutating func insert(_ mask: NodeWord) { entries[Int(truncatingIfNeeded: mask.word)] = 1 }

    /// The masks in ascending order as numbers.
    var masks: [NodeWord] {
        entries.indices.filter { entries[$0] != 0 }.map { NodeWord(word: UInt64($0)) }
    }

    /// Replaces the set by all intersections of one of its masks and one of the other's.
    mutating func intersect(_ other: MaskTable) {
        var theirs = other.entries
        Self.sumOverSupersets(&entries, nodes)
        Self.sumOverSupersets(&theirs, nodes)
        for index in entries.indices { entries[index] &*= theirs[index] }
        var bit = 1
        while bit < entries.count {
            for start in stride(from: 0, to: entries.count, by: bit << 1) {
                for index in start..<start &+ bit { entries[index] &-= entries[index &+ bit] }
            }
            bit <<= 1
        }
        for index in entries.indices { entries[index] = entries[index] == 0 ? 0 : 1 }
    }

    private static func sumOverSupersets(_ entries: inout [Int32], _ nodes: Int) {
        var bit = 1
        while bit < entries.count {
            for start in stride(from: 0, to: entries.count, by: bit << 1) {
                for index in start..<start &+ bit { entries[index] &+= entries[index &+ bit] }
            }
            bit <<= 1
        }
    }
}

extension MaskTable {
    /// All masks of an offer, cut to a machine of the places from 0 on, or only the preferred ones.
    init(_ offer: Offer<NodeWord>, nodes: Int, preferredOnly: Bool) {
        self.init(nodes: nodes)
        let full = NodeWord(word: 1 << UInt64(nodes) - 1)
        for mask in preferredOnly ? offer.preferred : offer.masks { insert(mask.intersection(full)) }
        if preferredOnly ? offer.hasPreferredNoMask : offer.hasNoMask { insert(full) }
        if !preferredOnly {
            for mask in offer.wider {
                // The supersets of a mask: every subset of the rest, added.
                let fixed = mask.intersection(full)
                let rest = full.subtracting(fixed).word
                var added = rest
                while true {
                    insert(NodeWord(word: fixed.word | added))
                    if added == 0 { break }
                    added = (added &- 1) & rest
                }
            }
        }
        guard let family = offer.family else { return }
        for word in 1...full.word {
            let mask = NodeWord(word: word)
            if preferredOnly, mask.count != offer.preferredSize { continue }
            if family.contains(mask) { insert(mask) }
        }
    }
}
