// SPDX-License-Identifier: Apache-2.0

/// The name of a resource, as Kubernetes spells it: `cpu`, `memory`, `hugepages-2Mi`,
/// `nvidia.com/gpu`.
public struct ResourceName: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ name: String) { rawValue = name }
    public init(stringLiteral name: String) { rawValue = name }

    public static let cpu: ResourceName = "cpu"
    public static let memory: ResourceName = "memory"
    /// What the names of all huge page resources begin with.
    public static let hugepagesPrefix = "hugepages-"

    /// The resource of huge pages of one size, named as the kubelet does: 2 MiB is `hugepages-2Mi`.
    ///
    /// - Parameter size: of one page, in bytes.
    public static func hugepages(size: UInt64) -> ResourceName {
        ResourceName(hugepagesPrefix + BinaryQuantity.exact(size))
    }

    public var isHugepages: Bool { rawValue.hasPrefix(Self.hugepagesPrefix) }

    /// The size in bytes of one of its pages, or nil if this names no huge pages.
    public var hugepageSize: UInt64? {
        guard isHugepages else { return nil }
        return BinaryQuantity.bytes(String(rawValue.dropFirst(Self.hugepagesPrefix.count)))
    }

    /// What a quantity of this resource counts.
    public enum Unit: Sendable {
        /// Thousandths of a CPU.
        case millicpus
        case bytes
        case pieces
    }

    public var unit: Unit {
        if self == .cpu { return .millicpus }
        return self == .memory || isHugepages ? .bytes : .pieces
    }

    /// A quantity of this resource as people write it: `4`, `1500m`, `16Gi`, `2`.
    public func text(of quantity: UInt64) -> String {
        switch unit {
        case .millicpus: quantity % 1000 == 0 ? "\(quantity / 1000)" : "\(quantity)m"
        case .bytes: BinaryQuantity.rounded(quantity)
        case .pieces: "\(quantity)"
        }
    }
}

extension ResourceName: Comparable, CustomStringConvertible {
    public static func < (left: ResourceName, right: ResourceName) -> Bool {
        // Names are ASCII, of which this is the order of bytes.
        left.rawValue < right.rawValue
    }

    public var description: String { rawValue }
}
