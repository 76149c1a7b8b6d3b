// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Ids for pods that have none: equal for equal names, and different in practice for others.
enum MadeUpID {
    /// A text in the shape of a UUID of version 8, the one for ids of one's own making (RFC 9562).
    static func uuid(of name: String) -> String {
        let high = hash(name, seed: 0xCBF2_9CE4_8422_2325) & ~0xF000 | 0x8000
        let low = hash(name, seed: 0x6C62_272E_07BB_0142) & ~(3 << 62) | 2 << 62
        let digits = high.hex(16) + low.hex(16)
        var groups: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return groups.joined(separator: "-")
    }

    /// Five letters and digits, as the API server puts behind a `generateName`.
    static func suffix(of name: String) -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        var value = hash(name, seed: 0xCBF2_9CE4_8422_2325)
        var result = ""
        for _ in 0..<5 {
            result.append(alphabet[Int(value % UInt64(alphabet.count))])
            value /= UInt64(alphabet.count)
        }
        return result
    }

    /// FNV-1a, with a last mix so that near names differ in all digits.
    private static func hash(_ text: String, seed: UInt64) -> UInt64 {
        var value = seed
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
