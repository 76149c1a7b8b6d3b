// SPDX-License-Identifier: Apache-2.0

/// What speaks against a choice; the smaller, the better. An earlier member decides before any later one.
struct ChoiceScore: Hashable, Comparable, Sendable {
    /// From each device to the nearest of each other resource.
    var partners = ProximityHistogram.none
    /// Cliques of which devices are taken, each resource for itself.
    var cliques = 0
    /// Between each two devices of one resource.
    var together = ProximityHistogram.none
    /// Cliques that were free as a whole, and of which only a part is taken.
    var broken = 0
    /// Devices that could be had and stay behind in the cliques of which some are taken.
    var left = 0

    static func < (one: Self, other: Self) -> Bool {
        if one.isNearer(than: other) { return true }
        guard !other.isNearer(than: one) else { return false }
        return (one.broken, one.left) < (other.broken, other.left)
    }

    /// Whether it is better without regard to what is left for others.
    func isNearer(than other: Self) -> Bool {
        (partners, cliques, together) < (other.partners, other.cliques, other.together)
    }
}
