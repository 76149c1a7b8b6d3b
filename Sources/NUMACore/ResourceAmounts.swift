// SPDX-License-Identifier: Apache-2.0

/// How much of one resource. Units: `cpu` in thousandths of a CPU, `memory` and `hugepages-<size>`
/// in bytes, everything else in pieces.
public struct ResourceAmount: Hashable, Sendable {
    public var resource: ResourceName
    public var quantity: UInt64

    public init(_ resource: ResourceName, _ quantity: UInt64) {
        self.resource = resource
        self.quantity = quantity
    }
}

/// Amounts of several resources, each named once, in ascending order of name.
public struct ResourceAmounts: Hashable, Sendable, RandomAccessCollection, ExpressibleByDictionaryLiteral {
    @usableFromInline var amounts: [ResourceAmount] = []

    @inlinable
    public init() {}

    /// The amounts given; of a name that recurs, the last one counts.
    @inlinable
    public init(_ amounts: some Sequence<ResourceAmount>) {
        self.amounts.reserveCapacity(amounts.underestimatedCount)
        for amount in amounts {
            // They mostly come in order.
            if let last = self.amounts.last, last.resource >= amount.resource {
                self[amount.resource] = amount.quantity
            } else {
                self.amounts.append(amount)
            }
        }
    }

    public init(dictionaryLiteral elements: (ResourceName, UInt64)...) {
        for (resource, quantity) in elements { self[resource] = quantity }
    }

    @inlinable
    public var startIndex: Int { amounts.startIndex }
    @inlinable
    public var endIndex: Int { amounts.endIndex }
    @inlinable
    public subscript(position: Int) -> ResourceAmount { amounts[position] }

    /// The names in ascending order.
    public var resources: [ResourceName] { amounts.map(\.resource) }

    /// The amount of a resource; nil if it is not named, which is not the same as zero.
    public subscript(resource: ResourceName) -> UInt64? {
        get { amounts.first { $0.resource == resource }?.quantity }
        set {
            let place = amounts.firstIndex { $0.resource >= resource } ?? amounts.endIndex
            let found = place < amounts.endIndex && amounts[place].resource == resource
            switch (found, newValue) {
            case (true, let quantity?): amounts[place].quantity = quantity
            case (true, nil): amounts.remove(at: place)
            case (false, let quantity?): amounts.insert(ResourceAmount(resource, quantity), at: place)
            case (false, nil): break
            }
        }
    }

    /// Adds amount by amount; sums stop at the largest number.
    public mutating func add(_ other: ResourceAmounts) {
        for amount in other {
            self[amount.resource] = (self[amount.resource] ?? 0).addingClamped(amount.quantity)
        }
    }

    /// Raises each amount to at least that of the other.
    public mutating func raise(to other: ResourceAmounts) {
        for amount in other {
            self[amount.resource] = Swift.max(self[amount.resource] ?? 0, amount.quantity)
        }
    }
}

extension UInt64 {
    /// The sum, or the largest number if the sum is beyond it.
    @inlinable
    public func addingClamped(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
