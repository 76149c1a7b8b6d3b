// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// What the searches need of a set of nodes, so that they run on one machine word where the nodes fit.
protocol NodeBits: Hashable, Comparable, Sequence where Element == Int {
    init()
    /// The set whose members are the bits of a word.
    init(word: UInt64)
    var isEmpty: Bool { get }
    var count: Int { get }
    var first: Int? { get }
    mutating func insert(_ member: Int)
    mutating func remove(_ member: Int)
    func contains(_ member: Int) -> Bool
    func union(_ other: Self) -> Self
    func intersection(_ other: Self) -> Self
    func subtracting(_ other: Self) -> Self
    func isSubset(of other: Self) -> Bool
    func intersects(_ other: Self) -> Bool
}

extension NUMANodeMask: NodeBits {
    init(word: UInt64) { self.init(bits: BitWords(low: word)) }
}

extension NodeBits {
    /// The members with the lowest numbers, as many as asked for if there are.
    func lowest(_ amount: Int) -> Self {
        var result = Self()
        for member in self.prefix(amount) { result.insert(member) }
        return result
    }
}

/// A set of numbers below 64 in one word.
struct NodeWord: NodeBits {
    var word: UInt64

    init() { word = 0 }
    init(word: UInt64) { self.word = word }

    var isEmpty: Bool { word == 0 }
    var count: Int { word.nonzeroBitCount }
    var first: Int? { word == 0 ? nil : word.trailingZeroBitCount }
    var underestimatedCount: Int { count }

    mutating func insert(_ member: Int) { word |= 1 &<< UInt64(truncatingIfNeeded: member) }
    mutating func remove(_ member: Int) { word &= ~(1 &<< UInt64(truncatingIfNeeded: member)) }
    func contains(_ member: Int) -> Bool { word & (1 &<< UInt64(truncatingIfNeeded: member)) != 0 }
    func union(_ other: Self) -> Self { Self(word: word | other.word) }
    func intersection(_ other: Self) -> Self { Self(word: word & other.word) }
    func subtracting(_ other: Self) -> Self { Self(word: word & ~other.word) }
    func isSubset(of other: Self) -> Bool { word & ~other.word == 0 }
    func intersects(_ other: Self) -> Bool { word & other.word != 0 }

    func lowest(_ amount: Int) -> Self {
        var rest = word
        for _ in 0..<Swift.min(amount, count) { rest &= rest &- 1 }
        return Self(word: word & ~rest)
    }

    static func < (left: Self, right: Self) -> Bool { left.word < right.word }

    func makeIterator() -> Iterator { Iterator(rest: word) }

    struct Iterator: IteratorProtocol {
        var rest: UInt64

        mutating func next() -> Int? {
            guard rest != 0 else { return nil }
            let member = rest.trailingZeroBitCount
            rest &= rest &- 1
            return member
        }
    }
}
