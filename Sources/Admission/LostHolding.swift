// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Something that a provider no longer gives, although a pod holds it.
public struct LostHolding: Hashable, Sendable, CustomStringConvertible {
    /// Nil if it is the books of a provider that are not as they were.
    public var pod: LedgerPod?
    /// The container's name; nil if it is not a container's.
    public var container: String?
    /// The provider's id.
    public var provider: String
    public var reason: Reason

    public init(pod: LedgerPod?, container: String?, provider: String, reason: Reason) {
        self.pod = pod
        self.container = container
        self.provider = provider
        self.reason = reason
    }

    /// One line: whose it is, and what the provider says.
    public var description: String {
        let owner =
            pod.map { "pod \($0.admission.pod.namespace)/\($0.admission.pod.name)" } ?? "the books of \(provider)"
        return "\(owner): \(reason.text)"
    }
}
