// SPDX-License-Identifier: Apache-2.0

/// A set of small non-negative integers of any width: bit `n % 64` of word `n / 64` stands for `n`.
///
/// The words beyond the first never end in a zero word, so equal sets have equal storage. Sets
/// whose members are all below 64 need no allocation.
@frozen
public struct BitWords: Hashable, Sendable {
    @usableFromInline var low: UInt64
    @usableFromInline var high: [UInt64]

    /// The empty set.
    @inlinable
    public init() {
        low = 0
        high = []
    }

    /// A set whose members are all below 64.
    @inlinable
    public init(low: UInt64) {
        self.low = low
        high = []
    }

    @inlinable
    init(low: UInt64, trimming high: [UInt64]) {
        self.low = low
        self.high = high
        trim()
    }

    /// The set that the words stand for; zero words at the end mean nothing.
    @inlinable
    public init(words: some Sequence<UInt64>) {
        var iterator = words.makeIterator()
        low = iterator.next() ?? 0
        high = []
        while let word = iterator.next() { high.append(word) }
        trim()
    }

    /// The words of the set, lowest first, without zero words at the end; empty for the empty set.
    @inlinable
    public var words: [UInt64] {
        high.isEmpty ? (low == 0 ? [] : [low]) : [low] + high
    }

    /// How many words the set has, without zero words at the end.
    @inlinable
    public var wordCount: Int { high.isEmpty ? (low == 0 ? 0 : 1) : 1 + high.count }

    /// The word at a place, lowest first; 0 beyond the end.
    @inlinable
    public func word(_ place: Int) -> UInt64 {
        place == 0 ? low : high.indices.contains(place - 1) ? high[place - 1] : 0
    }

    /// The set as one word, or nil if a member is 64 or more.
    @inlinable
    public var singleWord: UInt64? { high.isEmpty ? low : nil }

    @inlinable
    public var isEmpty: Bool { low == 0 && high.isEmpty }

    /// The number of members.
    @inlinable
    public var count: Int {
        var sum = low.nonzeroBitCount
        for word in high { sum += word.nonzeroBitCount }
        return sum
    }

    /// The lowest member.
    @inlinable
    public var first: Int? {
        if low != 0 { return low.trailingZeroBitCount }
        for (index, word) in high.enumerated() where word != 0 {
            return (index + 1) * 64 + word.trailingZeroBitCount
        }
        return nil
    }

    /// The highest member.
    @inlinable
    public var last: Int? {
        if let top = high.last { return high.count * 64 + 63 - top.leadingZeroBitCount }
        return low == 0 ? nil : 63 - low.leadingZeroBitCount
    }

    @inlinable
    public func contains(_ member: Int) -> Bool {
        if member < 64 { return member >= 0 && low & (1 << UInt64(member)) != 0 }
        let index = member / 64 - 1
        return index < high.count && high[index] & (1 << UInt64(member % 64)) != 0
    }

    /// Adds a member; a negative number is no member and changes nothing.
    @inlinable
    public mutating func insert(_ member: Int) {
        guard member >= 0 else { return }
        if member < 64 {
            low |= 1 << UInt64(member)
            return
        }
        let index = member / 64 - 1
        while high.count <= index { high.append(0) }
        high[index] |= 1 << UInt64(member % 64)
    }

    @inlinable
    public mutating func remove(_ member: Int) {
        guard member >= 0 else { return }
        if member < 64 {
            low &= ~(1 << UInt64(member))
            return
        }
        let index = member / 64 - 1
        guard index < high.count else { return }
        high[index] &= ~(1 << UInt64(member % 64))
        trim()
    }

    @inlinable
    mutating func trim() {
        while high.last == 0 { high.removeLast() }
    }
}

extension BitWords {
    @inlinable
    public func union(_ other: BitWords) -> BitWords {
        if other.high.isEmpty && high.isEmpty { return BitWords(low: low | other.low) }
        var longer = high.count >= other.high.count ? self : other
        let shorter = high.count >= other.high.count ? other : self
        longer.low |= shorter.low
        for (index, word) in shorter.high.enumerated() { longer.high[index] |= word }
        return longer
    }

    @inlinable
    public func intersection(_ other: BitWords) -> BitWords {
        if high.isEmpty || other.high.isEmpty { return BitWords(low: low & other.low) }
        return BitWords(low: low & other.low, trimming: zip(high, other.high).map { $0 & $1 })
    }

    @inlinable
    public func subtracting(_ other: BitWords) -> BitWords {
        if high.isEmpty { return BitWords(low: low & ~other.low) }
        var left = high
        for (index, word) in other.high.prefix(left.count).enumerated() { left[index] &= ~word }
        return BitWords(low: low & ~other.low, trimming: left)
    }

    @inlinable
    public func isSubset(of other: BitWords) -> Bool {
        guard low & ~other.low == 0, high.count <= other.high.count else { return false }
        for (index, word) in high.enumerated() where word & ~other.high[index] != 0 { return false }
        return true
    }

    @inlinable
    public func intersects(_ other: BitWords) -> Bool {
        if low & other.low != 0 { return true }
        for (mine, theirs) in zip(high, other.high) where mine & theirs != 0 { return true }
        return false
    }
}

extension BitWords: Comparable {
    /// Compares the sets as numbers: bit `n` weighs two to the power of `n`.
    @inlinable
    public static func < (left: BitWords, right: BitWords) -> Bool {
        if left.high.count != right.high.count { return left.high.count < right.high.count }
        for index in left.high.indices.reversed() where left.high[index] != right.high[index] {
            return left.high[index] < right.high[index]
        }
        return left.low < right.low
    }
}
