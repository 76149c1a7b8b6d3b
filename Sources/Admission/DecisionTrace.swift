// SPDX-License-Identifier: Apache-2.0

public import DeviceChoice
public import HintMerge
public import NUMACore

/// Everything that a decision about one pod was made from, in the order in which it was made.
public struct DecisionTrace: Hashable, Sendable {
    public var pod: PodSpec
    public var scope: Scope
    public var options: MergeOptions
    /// The machine's nodes.
    public var nodes: NUMANodeMask
    /// Container by container, or one for the whole pod. Ends with the unit that was refused, if any.
    public var units: [UnitTrace]
    /// What each container was given, in the pod's order; empty for a refused pod.
    public var allocations: [Allocation]
    /// How near to each other the devices are that containers were given, in the pod's order; of those alone that
    /// asked for devices of which the PCI tree or a group is known.
    public var nearness: [DeviceNearness] = []
    public var verdict: Verdict
    /// What did not change the decision but should be known.
    public var warnings: [Reason]

    public init(
        pod: PodSpec, scope: Scope, options: MergeOptions, nodes: NUMANodeMask, units: [UnitTrace] = [],
        allocations: [Allocation] = [], verdict: Verdict = .admitted, warnings: [Reason] = []
    ) {
        self.pod = pod
        self.scope = scope
        self.options = options
        self.nodes = nodes
        self.units = units
        self.allocations = allocations
        self.verdict = verdict
        self.warnings = warnings
    }
}

/// The decision about one container, or about a pod as one.
public struct UnitTrace: Hashable, Sendable {
    /// The container's name, or nil for the whole pod.
    public var container: String?
    /// What the unit asks for: the container's requests, or the pod's effective ones.
    public var requests: ResourceAmounts
    /// The providers' answers in registry order.
    public var answers: [ProviderAnswers]
    /// What the providers had before this unit was given anything; empty unless the settings ask for it.
    public var stock: [Stock]
    /// Nil under the policy none, which asks nobody, and where an answer could not be had.
    public var merge: MergeDecision?

    public init(
        container: String?, requests: ResourceAmounts, answers: [ProviderAnswers] = [], stock: [Stock] = [],
        merge: MergeDecision? = nil
    ) {
        self.container = container
        self.requests = requests
        self.answers = answers
        self.stock = stock
        self.merge = merge
    }

    /// The answers of all providers, in registry order.
    public var resourceAnswers: [ResourceAnswer] { answers.flatMap(\.answers) }
}

/// One provider's answers for one unit.
public struct ProviderAnswers: Hashable, Sendable {
    public var provider: String
    public var answers: [ResourceAnswer]

    public init(provider: String, answers: [ResourceAnswer]) {
        self.provider = provider
        self.answers = answers
    }
}
