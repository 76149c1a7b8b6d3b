// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

/// A quantity as Kubernetes writes it, exactly: `4`, `1500m`, `0.5`, `16Gi`, `12e6`.
///
/// The grammar: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
/// A number has a sign or not, digits with a point or not, and one of the suffixes `n u m k M G T P E`,
/// `Ki Mi Gi Ti Pi Ei`, or a power of ten after `e` or `E`. Two are equal only if they are written alike.
public struct Quantity: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    public let description: String
    private let isBelowZero: Bool
    /// Decimal digits from the highest, without zeros at either end; empty for zero.
    private let digits: [UInt8]
    /// The power of ten that the last digit counts.
    private let exponent: Int

    /// Longer texts are no quantities: nobody writes them, and exactness costs time.
    private static let lengthLimit = 256

    /// The quantity that a text stands for, or nil.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.lengthLimit else { return nil }
        description = text
        var rest = Array(text.utf8)[...]
        isBelowZero = rest.first == UInt8(ascii: "-")
        if isBelowZero || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        let whole = rest.prefix { Self.isDigit($0) }
        rest = rest[whole.endIndex...]
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = rest.prefix { Self.isDigit($0) }
            rest = rest[fraction.endIndex...]
        }
        guard !whole.isEmpty || !fraction.isEmpty,
            let suffix = Self.suffix(String(decoding: rest, as: UTF8.self))
        else { return nil }
        var digits = (whole + fraction).map { $0 - 0x30 }
        for _ in 0..<suffix.binarySteps { Self.multiply(&digits, by: 1024) }
        digits = Array(digits.drop { $0 == 0 })
        var exponent = suffix.exponent - fraction.count
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        self.digits = digits
        self.exponent = digits.isEmpty ? 0 : exponent
    }

    public var isZero: Bool { digits.isEmpty }
    /// Whether it is below zero; `-0` is not.
    public var isNegative: Bool { isBelowZero && !isZero }
    /// Whether it is a whole number.
    public var isWhole: Bool { exponent >= 0 }

    /// The whole number that is not below it, as the kubelet takes bytes and devices.
    ///
    /// Nil if the quantity is negative, or larger than the signed 64 bits that Kubernetes has for it.
    public var value: UInt64? { scaled(by: 0) }

    /// The number of thousandths that is not below it, as the kubelet takes cpu. Nil as for ``value``.
    public var milliValue: UInt64? { scaled(by: 3) }

    /// The quantity times a power of ten, rounded up.
    private func scaled(by power: Int) -> UInt64? {
        if isNegative { return nil }
        let shift = exponent + power
        // Places before the point: beyond 20 digits nothing fits, below 0 it is less than a tenth.
        let places = digits.count + shift
        guard !isZero else { return 0 }
        guard places > 0 else { return 1 }
        guard places <= 20 else { return nil }
        var result: UInt64 = 0
        for place in 0..<places {
            let (product, tooLarge) = result.multipliedReportingOverflow(by: 10)
            let (sum, tooMuch) = product.addingReportingOverflow(
                UInt64(place < digits.count ? digits[place] : 0))
            guard !tooLarge, !tooMuch else { return nil }
            result = sum
        }
        // What is left after the point is not zero, since the digits do not end in zeros.
        if digits.count > places { result = result.addingClamped(1) }
        return result <= UInt64(Int64.max) ? result : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func suffix(_ text: String) -> (binarySteps: Int, exponent: Int)? {
        if let step = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].firstIndex(of: text) { return (step, 0) }
        if let step = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"].firstIndex(of: text) {
            return (0, 3 * (step - 3))
        }
        guard text.hasPrefix("e") || text.hasPrefix("E") else { return nil }
        // A power beyond these makes anything but zero too large, or next to nothing.
        return Int(text.dropFirst()).map { (0, min(100_000, max(-100_000, $0))) }
    }

    /// Multiplies decimal digits, highest first.
    private static func multiply(_ digits: inout [UInt8], by factor: Int) {
        var carry = 0
        for place in digits.indices.reversed() {
            let product = Int(digits[place]) * factor + carry
            digits[place] = UInt8(product % 10)
            carry = product / 10
        }
        while carry > 0 {
            digits.insert(UInt8(carry % 10), at: 0)
            carry /= 10
        }
    }
}
