// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// How many pairs are how near to each other. Of two with as many pairs the smaller has fewer of the worst class in
/// which they differ; an unknown proximity counts as the worst.
///
/// One number, of which each class has 21 bits, the worst the highest: adding and comparing numbers is adding and
/// comparing histograms. Pairs of what is one device need no bits, since the number of pairs is given.
struct ProximityHistogram: Hashable, Comparable, Sendable {
    private var bits: UInt128 = 0

    private static let width = 21
    /// So many devices have less than 2^21 pairs.
    static let deviceLimit = 2000

    static let none = ProximityHistogram()

    init() {}

    init(_ proximity: PCIProximity, count: Int = 1) {
        guard proximity != .same else { return }
        bits = UInt128(truncatingIfNeeded: count) &<< Self.shift(proximity)
    }

    private static func shift(_ proximity: PCIProximity) -> UInt128 {
        UInt128(truncatingIfNeeded: width &* (proximity.rawValue &- 1))
    }

    /// How many pairs are of this class; 0 for what is one device.
    func count(of proximity: PCIProximity) -> Int {
        guard proximity != .same else { return 0 }
        return Int(truncatingIfNeeded: bits &>> Self.shift(proximity)) & (1 << Self.width - 1)
    }

    static func < (one: Self, other: Self) -> Bool { one.bits < other.bits }

    static func += (one: inout Self, other: Self) { one.bits &+= other.bits }
    static func -= (one: inout Self, other: Self) { one.bits &-= other.bits }

    /// As many pairs, so many times.
    static func * (one: Self, times: Int) -> Self {
        var product = Self()
        product.bits = one.bits &* UInt128(truncatingIfNeeded: times)
        return product
    }
}
