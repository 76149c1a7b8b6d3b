// SPDX-License-Identifier: Apache-2.0

/// What a provider is.
public struct ProviderDescriptor: Hashable, Sendable {
    /// Reverse-DNS, e.g. `com.example.card`.
    public var id: String
    /// Of the provider: semantic versioning.
    public var version: String
    /// One line.
    public var summary: String
    /// It has no effects outside its books, so that its commit cannot fail.
    public var hasBooksOnly: Bool
    /// Where another provider claims a resource too, that one has it.
    public var yields: Bool

    public init(id: String, version: String, summary: String, hasBooksOnly: Bool, yields: Bool = false) {
        self.id = id
        self.version = version
        self.summary = summary
        self.hasBooksOnly = hasBooksOnly
        self.yields = yields
    }
}
