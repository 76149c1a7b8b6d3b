// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// What one resource, or several with one joint list, offers, in the numbering of the merge.
struct Offer<Bits: NodeBits> {
    /// As many as pick from this list, each for itself.
    var resources: [ResourceName]
    /// The masks that are offered one by one, as given; not those of `wider` and `families`.
    var masks: [Bits] = []
    /// Those of them that are preferred, in ascending order as numbers.
    private(set) var preferred: [Bits] = []
    /// Masks of which every superset among the machine's nodes is offered, not preferred.
    var wider: [Bits] = []
    /// Masks offered by rule.
    var family: Family<Bits>?
    /// The node count at which masks of the family are preferred.
    var preferredSize: Int?
    /// Hints without a mask: whether there is one, and whether one is preferred.
    var hasNoMask = false
    var hasPreferredNoMask = false
    /// The node count of the narrowest mask; nil if there are none.
    var narrowest: Int?

    init(resources: [ResourceName]) { self.resources = resources }

    /// Whether a mask is in the list and preferred there.
    func prefers(_ mask: Bits) -> Bool {
        if let family, mask.count == preferredSize, family.contains(mask) { return true }
        var (low, high) = (0, preferred.count)
        while low < high {
            let middle = (low + high) / 2
            if preferred[middle] < mask { low = middle + 1 } else { high = middle }
        }
        return low < preferred.count && preferred[low] == mask
    }

    /// Sets the preferred masks, in any order.
    mutating func prefer(_ masks: [Bits]) {
        var isSorted = true
        for index in masks.indices.dropFirst() where masks[index] < masks[index - 1] { isSorted = false }
        preferred = isSorted ? masks : masks.sorted()
    }

    /// Whether the list has a mask that includes this one.
    func includes(_ mask: Bits) -> Bool {
        if hasNoMask || !wider.isEmpty { return true }
        if let family, mask.isSubset(of: family.domain) { return true }
        return masks.reversed().contains { mask.isSubset(of: $0) }
    }
}
