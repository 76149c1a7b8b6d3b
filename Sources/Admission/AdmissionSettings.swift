// SPDX-License-Identifier: Apache-2.0

public import HintMerge

/// What an admission depends on, beside the machine, the providers and the pod.
public struct AdmissionSettings: Hashable, Sendable {
    public var scope: Scope
    public var merge: MergeOptions
    /// Refuse on machines with more NUMA nodes, as the kubelet does with max-allowable-numa-nodes. Nil:
    /// no limit, which is the default, since merging here does not grow with the number of masks.
    public var maxAllowableNUMANodes: Int?
    /// Refuse a pod that asks for a resource that no provider answers for.
    public var refusesUnclaimed: Bool
    /// What becomes of the part of a refused pod that was already set aside.
    public var afterRefusal: AfterRefusal = .rollBack

    /// Choose, of the devices that providers list, those that are nearest to each other. Else the providers choose,
    /// each for itself.
    public var choosesDevices = true

    /// Ask providers what they have in stock before each unit, for whoever explains the decision.
    public var notesStock = false

    public enum AfterRefusal: Hashable, Sendable {
        /// The books are as if the pod had never come.
        case rollBack
        /// What was set aside is committed, then released container by container in the pod's order, as the kubelet
        /// does. Where nodes are used together their free memory can differ from before.
        case release
    }

    public init(
        scope: Scope = .container, merge: MergeOptions = MergeOptions(policy: .bestEffort),
        maxAllowableNUMANodes: Int? = nil, refusesUnclaimed: Bool = false
    ) {
        self.scope = scope
        self.merge = merge
        self.maxAllowableNUMANodes = maxAllowableNUMANodes
        self.refusesUnclaimed = refusesUnclaimed
    }
}
