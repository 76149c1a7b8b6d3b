// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Finds where a range of amounts changes from what does not do to what does: one by one where they are few, else by halves,
/// which can miss amounts that do between others that do not.
enum LeastAmount {
    /// So many are tried one by one.
    private static let few: UInt64 = 16

    /// The least of the steps `step`, `2 * step`, … up to `limit` that does; nil if none is found.
    ///
    /// - Parameter likely: amounts of which one may be it, tried first.
    static func least(
        upTo limit: UInt64, step: UInt64, likely: [UInt64], _ does: (UInt64) -> Bool
    ) -> UInt64? {
        let last = limit / step
        guard last > 0 else { return nil }
        if last <= few { return (1...last).first { does($0 * step) }.map { $0 * step } }
        var (too, enough) = (UInt64(0), UInt64?.none)
        for amount in Set(likely.map { ($0 / step) + ($0 % step == 0 ? 0 : 1) }).sorted() {
            guard amount > too, amount <= last else { continue }
            if does(amount * step) {
                enough = amount
                break
            }
            too = amount
        }
        if enough == nil {
            guard too < last, does(limit - limit % step) else { return nil }
            enough = last
        } else if let found = enough, found - too > 1, !does((found - 1) * step) {
            return found * step
        }
        guard var found = enough else { return nil }
        while found - too > 1 {
            let middle = too + (found - too) / 2
            if does(middle * step) { found = middle } else { too = middle }
        }
        return found * step
    }

    /// The most that does, in steps from what is known to do up to at most `limit`.
    static func most(from known: UInt64, to limit: UInt64, step: UInt64, _ does: (UInt64) -> Bool) -> UInt64 {
        guard limit > known else { return known }
        var (good, bad) = (UInt64(0), (limit - known) / step + 1)
        while bad - good > 1 {
            let middle = good + (bad - good) / 2
            if does(known + middle * step) { good = middle } else { bad = middle }
        }
        return known + good * step
    }
}
