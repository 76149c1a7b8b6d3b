// SPDX-License-Identifier: Apache-2.0

/// How many of the values that were seen are at most as large as each bound: a histogram.
package struct Distribution: Hashable, Sendable {
    /// Ascending; above the last there is no bound.
    package let bounds: [Double]
    /// How many values are in each bucket and in none before it; one more than there are bounds.
    package private(set) var counts: [UInt64]
    package private(set) var sum = 0.0

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    package mutating func see(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    /// How many values are at most as large as each bound, and how many there are.
    package var cumulative: [UInt64] {
        var total: UInt64 = 0
        return counts.map { count in
            total += count
            return total
        }
    }
}
