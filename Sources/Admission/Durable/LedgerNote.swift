// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What is written in the same transaction as a change of a ledger.
public struct LedgerNote: Hashable, Sendable {
    /// The decision that led to the change, for those who ask later.
    public var decision: LedgerDecision?
    /// The books of the providers that keep any by node. A provider that is not named keeps what is written of it.
    public var memory: [LedgerMemory]

    /// The machine as text, which the ledger does not read; nil leaves what was written of it.
    public var machine: String?

    public init(decision: LedgerDecision? = nil, memory: [LedgerMemory] = [], machine: String? = nil) {
        self.decision = decision
        self.memory = memory
        self.machine = machine
    }
}

/// A decision about a pod, whether it was admitted or not.
public struct LedgerDecision: Hashable, Sendable {
    public var uid: String
    /// The pod's namespace and name, as they are shown.
    public var name: String
    /// What became of it: a word that the caller chooses.
    public var verdict: String
    /// The decision as JSON text; the ledger does not read it.
    public var text: String

    public init(uid: String, name: String, verdict: String, text: String) {
        self.uid = uid
        self.name = name
        self.verdict = verdict
        self.text = text
    }
}

/// A decision with its number in the ledger.
public struct LedgerRecord: Hashable, Sendable {
    /// From 1; shared with the pod that it admitted.
    public var sequence: UInt64
    public var decision: LedgerDecision

    public init(sequence: UInt64, decision: LedgerDecision) {
        self.sequence = sequence
        self.decision = decision
    }
}

/// The books of one provider, node by node.
public struct LedgerMemory: Hashable, Sendable {
    /// The provider's id.
    public var provider: String
    /// In ascending order of node, each node once.
    public var states: [MemoryState]

    public init(provider: String, states: [MemoryState]) {
        self.provider = provider
        self.states = states
    }
}
