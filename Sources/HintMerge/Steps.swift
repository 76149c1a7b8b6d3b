// SPDX-License-Identifier: Apache-2.0

/// The search would take more steps than it may.
struct StepLimitReached: Error {}

/// Counts what a merge does, so that its end does not depend on the clock.
struct Steps {
    private(set) var taken = 0
    let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func take(_ amount: Int = 1) throws(StepLimitReached) {
        taken += amount
        if taken > limit { throw StepLimitReached() }
    }
}
