// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Masks given by a rule: every subset of `domain` that meets all covers. A superset within the
/// domain of one of them is one of them.
struct Family<Bits: NodeBits>: Equatable {
    var domain: Bits
    var covers: [Cover<Bits>]

    func contains(_ mask: Bits) -> Bool {
        mask.isSubset(of: domain) && covers.allSatisfy { $0.isMet(by: mask) }
    }

    /// Whether there is any mask in it.
    var isEmpty: Bool { domain.isEmpty || !contains(domain) }

    /// The node count of its narrowest masks, or nil if it is empty.
    func narrowest(_ steps: inout Steps) throws(StepLimitReached) -> Int? {
        if isEmpty { return nil }
        let all = domain.count
        var size = max(1, SubsetSearch.fewest(of: domain, over: Bits(), covers: covers))
        // Where no place shares an amount with others, the places with most are such a mask.
        if covers.count == 1, covers[0].shared.isEmpty { return size }
        while size < all {
            var found = false
            var search = SubsetSearch(size: size, of: domain, over: Bits(), covers: covers)
            try search.run(&steps) { _, _ throws(StepLimitReached) in
                found = true
                return true
            }
            if found { return size }
            size += 1
        }
        return all
    }
}
