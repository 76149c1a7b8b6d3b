// SPDX-License-Identifier: Apache-2.0

/// A set of NUMA nodes, by the numbers that the kernel gives them. Numbers may have gaps and
/// there is no upper limit.
@frozen
public struct NUMANodeMask: NumberSet {
    public var bits: BitWords

    @inlinable
    public init(bits: BitWords) { self.bits = bits }

    /// Whether the mask has fewer nodes or, with as many nodes, the lower number.
    ///
    /// Source: the kubelet's `bitmask.IsNarrowerThan`.
    @inlinable
    public func isNarrower(than other: NUMANodeMask) -> Bool {
        let (mine, theirs) = (count, other.count)
        return mine == theirs ? self < other : mine < theirs
    }
}
