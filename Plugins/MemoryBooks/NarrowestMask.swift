// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Looks for the narrowest mask, of fewest nodes and then of the lowest number, that has enough of every
/// type and contains given nodes.
///
/// The search goes through the masks in just that order, and leaves out those that cannot have enough with
/// as many nodes as are left to choose. That can take long only where nodes differ much and several types are
/// short at once; it is given up after a number of steps.
struct NarrowestMask {
    /// A node that can be part of the mask, with its amount of each type.
    struct Candidate {
        var node: Int
        var amounts: [UInt64]
    }

    /// Ascending by node.
    let candidates: [Candidate]
    let needs: [UInt64]
    /// By place, then by type: the largest amount of the candidates before it.
    private let largest: [[UInt64]]
    private var steps = 0

    private static let limit = 1 << 20

    init(_ candidates: [Candidate], needs: [UInt64]) {
        self.candidates = candidates
        self.needs = needs
        var largest = [needs.map { _ in UInt64(0) }]
        for candidate in candidates {
            largest.append(zip(largest[largest.count - 1], candidate.amounts).map { max($0, $1) })
        }
        self.largest = largest
    }

    /// The mask, or nil if there is none, or none was found within the limit.
    ///
    /// - Parameters:
    ///   - base: nodes that it must contain; nodes that are no candidates cannot be contained.
    ///   - fewest: the least number of nodes.
    static func find(
        among candidates: [Candidate], needs: [UInt64], containing base: NUMANodeMask = [], fewest: Int = 1
    ) -> NUMANodeMask? {
        guard base.isSubset(of: NUMANodeMask(candidates.map(\.node))) else { return nil }
        let fixed = candidates.filter { base.contains($0.node) }
        let missing = needs.indices.map { type in
            fixed.reduce(needs[type]) { $0 - min($0, $1.amounts[type]) }
        }
        var search = NarrowestMask(candidates.filter { !base.contains($0.node) }, needs: missing)
        for count in stride(from: max(0, fewest - fixed.count), through: search.candidates.count, by: 1) {
            if let mask = search.choose(count, before: search.candidates.count, missing) {
                return mask.union(base)
            }
        }
        return nil
    }

    /// The lowest mask of so many of the first candidates that has what is missing.
    private mutating func choose(_ count: Int, before end: Int, _ missing: [UInt64]) -> NUMANodeMask? {
        guard count > 0 else { return missing.allSatisfy { $0 == 0 } ? [] : nil }
        // The highest node decides about the number, so it is chosen first, and low.
        for place in stride(from: count - 1, to: end, by: 1) {
            steps += 1
            guard steps < Self.limit else { return nil }
            guard canReach(missing, count, before: place + 1) else { continue }
            let rest = missing.indices.map { missing[$0] - min(missing[$0], candidates[place].amounts[$0]) }
            if var mask = choose(count - 1, before: place, rest) {
                mask.insert(candidates[place].node)
                return mask
            }
        }
        return nil
    }

    /// Whether so many of the first candidates could have what is missing.
    private func canReach(_ missing: [UInt64], _ count: Int, before end: Int) -> Bool {
        missing.indices.allSatisfy {
            let (most, overflow) = largest[end][$0].multipliedReportingOverflow(by: UInt64(count))
            return overflow || most >= missing[$0]
        }
    }
}
