// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Which PCI functions are meant: those that agree with every member that is not nil.
public struct PCISelector: Hashable, Sendable {
    /// What stands for a function that no driver has.
    public static let noDriver = "none"

    public var vendors: [UInt16]?
    public var devices: [UInt16]?
    /// Vendor and device of the board.
    public var subsystems: [Subsystem]?
    public var classes: [ClassPrefix]?
    /// Names of drivers, or ``noDriver``.
    public var drivers: [String]?
    public var addresses: [String]?

    public init() {}

    /// The maker and the number of a board.
    public struct Subsystem: Hashable, Sendable {
        public var vendor: UInt16
        public var device: UInt16

        public init(vendor: UInt16, device: UInt16) {
            self.vendor = vendor
            self.device = device
        }
    }

    /// The first 2, 4 or 6 digits of a class: `03`, `0302`, `020000`.
    public struct ClassPrefix: Hashable, Sendable {
        /// The 24 bits, zero where nothing is said.
        public var code: UInt32
        public var mask: UInt32

        public init?(_ text: String) {
            let digits = text.utf8.count
            guard digits == 2 || digits == 4 || digits == 6, text.allSatisfy(\.isHexDigit),
                let number = UInt32(text, radix: 16)
            else { return nil }
            let shift = UInt32(24 - 4 * digits)
            code = number << shift
            mask = (0xff_ffff >> shift) << shift
        }

        /// Whether this speaks of one base class alone, and which.
        var baseClass: UInt32 { code >> 16 }

        func matches(_ classCode: UInt32) -> Bool { classCode & mask == code }
    }

    /// Whether the function is meant.
    ///
    /// A bridge is meant only where its class or its address is named. So is a function beside a display that is none itself:
    /// the sound, USB and power functions of a graphics card.
    public func matches(_ function: PCIFunction, beside displays: Set<Substring>) -> Bool {
        let device = function.device
        guard contains(vendors, device.vendor), contains(devices, device.device),
            subsystems?.contains(.init(vendor: device.subsystemVendor, device: device.subsystemDevice)) ?? true,
            classes?.contains(where: { $0.matches(device.classCode) }) ?? true, contains(addresses, device.address)
        else { return false }
        if let drivers, function.isDriverKnown, !drivers.contains(device.driver ?? Self.noDriver) { return false }
        if classes != nil || addresses != nil { return true }
        let isSideFunction = function.baseClass != 0x03 && displays.contains(function.slot)
        return function.baseClass != 0x06 && !isSideFunction
    }

    private func contains<Value: Equatable>(_ values: [Value]?, _ value: Value) -> Bool {
        values?.contains(value) ?? true
    }

    /// The slots in which there is a display.
    public static func displays(among functions: [PCIFunction]) -> Set<Substring> {
        Set(functions.filter { $0.baseClass == 0x03 }.map(\.slot))
    }
}
