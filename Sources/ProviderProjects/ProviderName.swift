// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What a new provider is called, and what follows from that.
public struct ProviderName: Hashable, Sendable {
    /// Reverse-DNS: `com.example.card`.
    public let id: String
    /// The last word of the id: `card`.
    public let short: String
    /// What it counts: `example.com/card`.
    public let resource: String

    /// - Parameter text: `com.example.card`, or `card` alone, which is taken for `org.example.card`.
    /// - Throws: with code `usage` for what is no name.
    public init(_ text: String) throws(NUMAHintsError) {
        let id = text.contains(".") ? text : "org.example.\(text)"
        let words = id.split(separator: ".", omittingEmptySubsequences: false)
        guard id.utf8.count < 128, words.count >= 2, words.allSatisfy(Self.isWord), let last = words.last else {
            throw NUMAHintsError(
                .usage,
                "\"\(text)\" is no name of a provider: it needs words of a-z, 0-9 and -, each beginning with a letter, "
                    + "as in com.example.card")
        }
        self.id = id
        short = String(last)
        resource = words.dropLast().reversed().joined(separator: ".") + "/" + last
        guard !Self.taken.contains(capitalized.lowercased()) else {
            throw NUMAHintsError(.usage, "\"\(short)\" is the name of a Swift module already: choose another last word")
        }
    }

    /// As types are named: `PowerCard` of `power-card`.
    var capitalized: String {
        short.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func isWord(_ word: Substring) -> Bool {
        guard let first = word.utf8.first, word.last != "-" else { return false }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
            && word.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
            }
    }

    /// Modules that the project itself imports, or that Swift has.
    private static let taken = [
        "bordermemory", "cnumahintsprovider", "foundation", "foundationessentials", "glibc", "numacore", "providerkit",
        "swift", "synchronization", "testing",
    ]
}
