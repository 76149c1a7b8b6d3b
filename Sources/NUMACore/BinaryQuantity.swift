// SPDX-License-Identifier: Apache-2.0

/// Numbers of bytes with the binary suffixes of Kubernetes: Ki, Mi, Gi, Ti, Pi, Ei.
public enum BinaryQuantity {
    private static let suffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]

    /// The shortest text that stands for exactly this number: 2097152 is `2Mi`, 1000 is `1000`.
    public static func exact(_ bytes: UInt64) -> String {
        var (value, step) = (bytes, 0)
        while value != 0, value % 1024 == 0, step + 1 < suffixes.count {
            value /= 1024
            step += 1
        }
        return "\(value)\(suffixes[step])"
    }

    /// A text for people: at most one digit after the point, cut and not rounded up, so that it
    /// never promises more than there is.
    public static func rounded(_ bytes: UInt64) -> String {
        var (unit, step) = (UInt64(1), 0)
        while step + 1 < suffixes.count, bytes / unit >= 1024 {
            unit *= 1024
            step += 1
        }
        // The remainder in 1,024ths of the unit first: ten times the remainder could overflow.
        let tenths = unit == 1 ? 0 : bytes % unit / (unit / 1024) * 10 / 1024
        return "\(bytes / unit)" + (tenths == 0 ? "" : ".\(tenths)") + suffixes[step]
    }

    /// The number of bytes that digits with a binary suffix stand for, or nil.
    public static func bytes(_ text: String) -> UInt64? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let value = UInt64(digits),
            let step = suffixes.firstIndex(of: String(text.dropFirst(digits.count)))
        else { return nil }
        let (product, overflow) = value.multipliedReportingOverflow(by: 1 << (10 * UInt64(step)))
        return overflow ? nil : product
    }
}
