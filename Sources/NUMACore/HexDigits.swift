// SPDX-License-Identifier: Apache-2.0

extension BinaryInteger {
    /// The number in at least so many hexadecimal digits.
    public func hex(_ digits: Int) -> String {
        let text = String(self, radix: 16)
        return String(repeating: "0", count: Swift.max(0, digits - text.count)) + text
    }
}
