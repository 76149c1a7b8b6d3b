// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Whether a pod is admitted.
public enum Verdict: Hashable, Sendable {
    case admitted
    case refused(Refusal)

    public var isAdmitted: Bool { self == .admitted }
}

/// Why a pod is not admitted: at which unit, and by whom.
public struct Refusal: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        /// The policy does not admit what the hints were merged into. The kubelet says
        /// `TopologyAffinityError`.
        case topologyAffinity = "TopologyAffinityError"
        /// A provider cannot give what the merge allowed. The kubelet says `UnexpectedAdmissionError`.
        case allocation = "UnexpectedAdmissionError"
        /// A provider failed or broke its contract.
        case providerFault = "ProviderFault"
        /// The hints are too entangled to be merged within the limit of steps.
        case mergeLimit = "MergeStepLimit"
        /// The machine has more nodes than max-allowable-numa-nodes allows.
        case tooManyNodes = "TooManyNUMANodes"
        /// Nobody answers for a resource, and that was asked to be a refusal.
        case unclaimedResource = "UnclaimedResource"
    }

    public var kind: Kind
    /// The container that could not be placed, or nil for the whole pod.
    public var container: String?
    /// What a provider said, or what this program knows without an explanation of the hints.
    public var reason: Reason

    public init(_ kind: Kind, container: String?, reason: Reason) {
        self.kind = kind
        self.container = container
        self.reason = reason
    }
}
