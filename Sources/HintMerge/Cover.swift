// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// One demand on a mask: the pools that it meets must add up to what is needed.
///
/// Sums are wider than the amounts, so none is ever cut short: a sum that stops at the largest
/// amount covers a need exactly if the true sum does.
struct Cover<Bits: NodeBits>: Equatable {
    var need: UInt128
    /// What each place brings by pools of its own.
    var own: [UInt64]
    /// Pools near to several places.
    var shared: [(nodes: Bits, amount: UInt64)]

    init(need: UInt64, places: Int) {
        self.need = UInt128(need)
        own = Array(repeating: 0, count: places)
        shared = []
    }

    mutating func add(_ amount: UInt64, near nodes: Bits) {
        guard amount > 0, let place = nodes.first else { return }
        if nodes.count == 1, !own[place].addingReportingOverflow(amount).overflow {
            own[place] += amount
        } else {
            shared.append((nodes, amount))
        }
    }

    func sum(over mask: Bits) -> UInt128 {
        var sum: UInt128 = 0
        for place in mask { sum += UInt128(own[place]) }
        for pool in shared where pool.nodes.intersects(mask) { sum += UInt128(pool.amount) }
        return sum
    }

    func isMet(by mask: Bits) -> Bool { sum(over: mask) >= need }

    /// What a place adds to a mask.
    func gain(of place: Int, over mask: Bits) -> UInt128 {
        if mask.contains(place) { return 0 }
        var sum = UInt128(own[place])
        for pool in shared where pool.nodes.contains(place) && !pool.nodes.intersects(mask) {
            sum += UInt128(pool.amount)
        }
        return sum
    }

    static func == (left: Self, right: Self) -> Bool {
        left.need == right.need && left.own == right.own
            && left.shared.elementsEqual(right.shared) { $0.nodes == $1.nodes && $0.amount == $1.amount }
    }
}
