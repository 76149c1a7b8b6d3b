// SPDX-License-Identifier: Apache-2.0

public import HintMerge
public import NUMACore

/// A decision of a log, and whether the rule comes to the same.
public struct DecisionReview: Sendable {
    public enum Outcome: Hashable, Sendable {
        case agrees
        /// With what the log has and the rule has not.
        case differs(String)
        /// Why the hints do not suffice.
        case notRedone(String)
    }

    /// What the rule gives.
    public struct Redone: Hashable, Sendable {
        public var policy: Policy
        public var semantics: MergeSemantics
        public var nodes: NUMANodeMask
        public var best: TopologyHint
        public var admits: Bool
    }

    public var decision: LoggedDecision
    public var settings: RedoSettings
    public var outcome: Outcome
    /// By the first settings that agree, or the first of all; nil if it could not be redone.
    public var redone: Redone?
    /// Those of the policies and rules tried that agree with the log.
    public var agreeingPolicies: [Policy] = []
    public var agreeingSemantics: [MergeSemantics] = []
    /// What the rule of 1.24 and later gives, by each of the policies that agree, where an older rule was right and
    /// that gives something else.
    public var since: [Redone] = []
    /// Why the result is not preferred, in a sentence; nil if it is.
    public var cause: String?
    /// What should be known beside that.
    public var notes: [String] = []
}
