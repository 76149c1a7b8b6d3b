// SPDX-License-Identifier: Apache-2.0

/// The names that Kubernetes allows.
///
/// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
enum DNSName {
    static let labelRule = "1 to 63 of a-z, 0-9 and -, with no - at its ends"
    static let subdomainRule = "1 to 253 of a-z, 0-9, - and ., with a letter or digit at both ends"

    /// RFC 1123 label.
    static func isLabel(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        return (1...63).contains(bytes.count) && bytes.allSatisfy(isAllowed)
            && bytes.first != hyphen && bytes.reversed().first != hyphen
    }

    /// RFC 1123 subdomain: like Kubernetes, without a bound for each part.
    static func isSubdomain(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0.allSatisfy(isAllowed) && $0.first != hyphen && $0.last != hyphen
            }
    }

    private static let hyphen = UInt8(ascii: "-")

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == hyphen
    }
}
