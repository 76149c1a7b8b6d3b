// SPDX-License-Identifier: Apache-2.0

/// A provider of hints, wherever it runs: what an admission knows of it.
///
/// Calls to one provider never overlap. A thrown ``ProviderFailure`` says why a call could not be
/// done; any other error is a fault of the provider.
public protocol HintProvider: AnyObject {
    /// Reverse-DNS, e.g. `org.numa-hints.cpu`.
    var id: String { get }
    /// The resources that it answers for.
    var claims: [ResourceClaim] { get }

    /// Says, for each claimed resource that the subject asks for, where it could be placed.
    func hints(for request: ResourceRequest) throws(ProviderFailure) -> [ResourceAnswer]
    /// What it has, place by place, in ascending order of resource; empty if it does not say.
    func stock() throws(ProviderFailure) -> [Stock]
    /// Every device that it has, held or not, in ascending order of id; empty if it does not list them.
    func devices() throws(ProviderFailure) -> [ListedDevice]
    /// Whether a device may be listed with a group or a path. If not, it is not asked for its list before an admission.
    var mayPlaceDevices: Bool { get }
    /// Sets aside, in the books alone, what the request's container needs.
    func prepare(_ transaction: TransactionID, _ request: ResourceRequest, _ placement: Placement)
        throws(ProviderFailure) -> [Assignment]
    /// Frees, in the books, what a holder has.
    func release(_ transaction: TransactionID, _ holder: Holder) throws(ProviderFailure)
    /// Makes the transaction last.
    func commit(_ transaction: TransactionID) throws(ProviderFailure)
    /// Undoes an open transaction; one never heard of is fine.
    func rollback(_ transaction: TransactionID)
    /// Learns, before anything else, what an earlier process gave the request's container: its `held`.
    func restore(_ request: ResourceRequest) throws(ProviderFailure)
    /// Learns that a container started.
    func started(_ container: Holder)
    /// Whether ``given(_:)`` is to be called.
    var hearsGiven: Bool { get }
    /// Hears, after an admission, what the request's container has now, of all providers: its `held`. Who runs in a
    /// process of its own tells that to the next one, as ``restore(_:)`` does.
    func given(_ request: ResourceRequest)
}

extension HintProvider {
    public var hearsGiven: Bool { false }
    public func given(_ request: ResourceRequest) {}
    public func devices() throws(ProviderFailure) -> [ListedDevice] { [] }
    public var mayPlaceDevices: Bool { true }
}

/// A resource, or a family of resources, that a provider answers for.
public struct ResourceClaim: Hashable, Sendable, CustomStringConvertible {
    /// `cpu`, or `hugepages-*` for a family.
    public let pattern: String
    /// What the names of a family begin with; nil for a single resource.
    private let stem: String?

    public init(_ pattern: String) {
        self.pattern = pattern
        stem = pattern.hasSuffix("*") ? String(pattern.dropLast()) : nil
    }

    /// Whether the claim is for this resource.
    public func covers(_ resource: ResourceName) -> Bool {
        guard let stem else { return resource.rawValue == pattern }
        return resource.rawValue.hasPrefix(stem)
    }

    /// Whether some resource is covered by both.
    public func overlaps(_ other: ResourceClaim) -> Bool {
        switch (stem, other.stem) {
        case (let mine?, let theirs?): mine.hasPrefix(theirs) || theirs.hasPrefix(mine)
        case (.some, nil): covers(ResourceName(other.pattern))
        case (nil, .some): other.covers(ResourceName(pattern))
        case (nil, nil): pattern == other.pattern
        }
    }

    public var description: String { pattern }
}

/// Why a provider could not do what it was asked.
public struct ProviderFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Hashable, Sendable {
        /// The resource is there, but not enough of it is free: a refusal, not a fault.
        case exhausted
        /// Well formed, but not offered by this provider: a refusal, not a fault.
        case unsupported
        /// The operating system or the hardware refused.
        case io
        /// The provider broke the contract or failed inside.
        case fault
    }

    public var kind: Kind
    public var provider: String
    public var reason: Reason

    /// The code of the reason where the provider's process ended; another one may have taken over.
    public static let diedCode = "provider-died"
    /// The code of the reason where it ended in commit, and nobody could undo what it may have done.
    public static let unknownOutcomeCode = "provider-died-outcome-unknown"

    public init(_ kind: Kind, provider: String, reason: Reason) {
        self.kind = kind
        self.provider = provider
        self.reason = reason
    }

    public var description: String { "\(provider): \(reason)" }
}
