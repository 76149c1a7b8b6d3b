// SPDX-License-Identifier: Apache-2.0

/// The 64-bit xxHash of bytes: not for secrets.
///
/// Source: Cyan4973/xxHash, `doc/xxhash_spec.md`, "XXH64 Algorithm Description".
enum XXHash64 {
    private static let primes: [UInt64] = [
        0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
        0x27D4_EB2F_1656_67C5,
    ]

    static func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
        var rest = bytes[...]
        var sum = bytes.count < 32 ? seed &+ primes[4] : stripes(of: &rest, seed: seed)
        sum &+= UInt64(bytes.count)
        while rest.count >= 8 {
            sum = rotated(sum ^ round(0, take(8, of: &rest)), by: 27) &* primes[0] &+ primes[3]
        }
        if rest.count >= 4 {
            sum = rotated(sum ^ (take(4, of: &rest) &* primes[0]), by: 23) &* primes[1] &+ primes[2]
        }
        while !rest.isEmpty {
            sum = rotated(sum ^ (take(1, of: &rest) &* primes[4]), by: 11) &* primes[0]
        }
        sum = (sum ^ (sum >> 33)) &* primes[1]
        sum = (sum ^ (sum >> 29)) &* primes[2]
        return sum ^ (sum >> 32)
    }

    /// Takes all whole stripes of 32 bytes, in four lanes, and merges the lanes.
    private static func stripes(of rest: inout ArraySlice<UInt8>, seed: UInt64) -> UInt64 {
        var lanes = [seed &+ primes[0] &+ primes[1], seed &+ primes[1], seed, seed &- primes[0]]
        while rest.count >= 32 {
            for lane in lanes.indices { lanes[lane] = round(lanes[lane], take(8, of: &rest)) }
        }
        let joined = zip(lanes, [1, 7, 12, 18]).reduce(UInt64(0)) { $0 &+ rotated($1.0, by: UInt64($1.1)) }
        return lanes.reduce(joined) { ($0 ^ round(0, $1)) &* primes[0] &+ primes[3] }
    }

    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotated(lane &+ input &* primes[1], by: 31) &* primes[0]
    }

    private static func rotated(_ value: UInt64, by bits: UInt64) -> UInt64 {
        (value << bits) | (value >> (64 - bits))
    }

    /// The next bytes as a number, the lowest first.
    private static func take(_ count: Int, of rest: inout ArraySlice<UInt8>) -> UInt64 {
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
