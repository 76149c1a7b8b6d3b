// SPDX-License-Identifier: Apache-2.0

/// What sets of small numbers have in common: NUMA nodes (``NUMANodeMask``) and CPUs (``CPUSet``).
public protocol NumberSet: Comparable, CustomStringConvertible, ExpressibleByArrayLiteral, Hashable,
    Sendable, Sequence
where Element == Int, ArrayLiteralElement == Int {
    /// The members as bits.
    var bits: BitWords { get set }
    /// The set with these members.
    init(bits: BitWords)
}

extension NumberSet {
    /// The set of these members; negative numbers are left out.
    @inlinable
    public init(_ members: some Sequence<Int>) {
        var bits = BitWords()
        for member in members { bits.insert(member) }
        self.init(bits: bits)
    }

    @inlinable
    public init() { self.init(bits: BitWords()) }

    @inlinable
    public init(arrayLiteral members: Int...) { self.init(members) }

    @inlinable
    public var isEmpty: Bool { bits.isEmpty }
    /// The number of members.
    @inlinable
    public var count: Int { bits.count }
    /// The lowest member.
    @inlinable
    public var first: Int? { bits.first }
    /// The highest member.
    @inlinable
    public var last: Int? { bits.last }
    /// The members in ascending order.
    public var members: [Int] { Array(self) }

    @inlinable
    public func contains(_ member: Int) -> Bool { bits.contains(member) }
    @inlinable
    public mutating func insert(_ member: Int) { bits.insert(member) }
    @inlinable
    public mutating func remove(_ member: Int) { bits.remove(member) }
    @inlinable
    public func union(_ other: Self) -> Self { Self(bits: bits.union(other.bits)) }
    @inlinable
    public func intersection(_ other: Self) -> Self { Self(bits: bits.intersection(other.bits)) }
    @inlinable
    public func subtracting(_ other: Self) -> Self { Self(bits: bits.subtracting(other.bits)) }
    @inlinable
    public func isSubset(of other: Self) -> Bool { bits.isSubset(of: other.bits) }
    @inlinable
    public func intersects(_ other: Self) -> Bool { bits.intersects(other.bits) }

    /// Compares the sets as numbers: member `n` weighs two to the power of `n`.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.bits < right.bits }

    @inlinable
    public func makeIterator() -> NumberSetIterator { NumberSetIterator(bits) }

    @inlinable
    public var underestimatedCount: Int { count }
}

/// Walks the members of a ``NumberSet`` in ascending order.
@frozen
public struct NumberSetIterator: IteratorProtocol {
    @usableFromInline var current: UInt64
    @usableFromInline var rest: [UInt64]
    @usableFromInline var word = 0

    @inlinable
    init(_ bits: BitWords) {
        current = bits.low
        rest = bits.high
    }

    @inlinable
    public mutating func next() -> Int? {
        while current == 0 {
            guard word < rest.count else { return nil }
            current = rest[word]
            word += 1
        }
        let bit = current.trailingZeroBitCount
        current &= current - 1
        return word * 64 + bit
    }
}
