// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// A set as the system calls take it: words of 64 bits, the lowest first.
enum NodeWords {
    /// - Parameter count: how many words at least.
    static func words(_ set: (some NumberSet)?, count: Int = 0) -> [UInt] {
        var words = [UInt](repeating: 0, count: max(count, set?.last.map { $0 / 64 + 1 } ?? 0))
        for member in set ?? .init() { words[member / 64] |= 1 << UInt(member % 64) }
        return words
    }
}
