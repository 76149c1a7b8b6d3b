// SPDX-License-Identifier: Apache-2.0

/// So many calls a second for each user, with some at once after a pause: a token bucket for each.
struct RateLimit {
    private struct Bucket {
        var tokens: Double
        var seen: Double
    }

    private let rate: Double
    private let burst: Double
    private var buckets: [UInt32: Bucket] = [:]

    init(rate: Double, burst: Double) {
        self.rate = rate
        self.burst = burst
    }

    /// Whether a call of this user may be done now.
    ///
    /// - Parameter now: in seconds of a clock that does not go back.
    mutating func allows(_ user: UInt32, now: Double) -> Bool {
        // Who was not here for so long has a full bucket, as one who never was.
        if buckets.count > 1024 {
            buckets = buckets.filter { $0.value.tokens + (now - $0.value.seen) * rate < burst }
        }
        var bucket = buckets[user] ?? Bucket(tokens: burst, seen: now)
        bucket.tokens = min(burst, bucket.tokens + max(0, now - bucket.seen) * rate)
        bucket.seen = now
        let isAllowed = bucket.tokens >= 1
        if isAllowed { bucket.tokens -= 1 }
        buckets[user] = bucket
        return isAllowed
    }
}
