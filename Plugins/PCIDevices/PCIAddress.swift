// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Domain, bus, device and function of PCI: `0000:3b:00.0`.
public struct PCIAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var domain: UInt32
    public var bus: UInt8
    /// 0 to 31.
    public var device: UInt8
    /// 0 to 7.
    public var function: UInt8

    /// Reads `0000:3b:00.0`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, (4...8).contains(parts[0].utf8.count), parts[1].utf8.count == 2 else { return nil }
        let ends = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard ends.count == 2, ends[0].utf8.count == 2, ends[1].utf8.count == 1,
            let domain = Self.hex(parts[0]), let bus = Self.hex(parts[1]), let device = Self.hex(ends[0]),
            let function = Self.hex(ends[1]), domain <= 0x7fff_ffff, device < 32, function < 8
        else { return nil }
        self.domain = domain
        self.bus = UInt8(bus)
        self.device = UInt8(device)
        self.function = UInt8(function)
    }

    /// A number of hexadecimal digits alone: no sign, no blank.
    private static func hex(_ text: some StringProtocol) -> UInt32? {
        guard text.allSatisfy(\.isHexDigit) else { return nil }
        return UInt32(text, radix: 16)
    }

    public var description: String {
        "\(domain.hex(4)):\(bus.hex(2)):\(device.hex(2)).\(function)"
    }

    public static func < (one: PCIAddress, other: PCIAddress) -> Bool {
        (one.domain, one.bus, one.device, one.function) < (other.domain, other.bus, other.device, other.function)
    }
}
