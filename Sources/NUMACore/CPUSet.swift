// SPDX-License-Identifier: Apache-2.0

/// A set of logical CPUs, by the numbers that the kernel gives them.
@frozen
public struct CPUSet: NumberSet {
    public var bits: BitWords

    @inlinable
    public init(bits: BitWords) { self.bits = bits }
}
