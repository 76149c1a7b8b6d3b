// SPDX-License-Identifier: Apache-2.0

public import HintMerge
public import NUMACore

/// What a decision was redone with, and where each of it is from.
public struct RedoSettings: Hashable, Sendable {
    /// Where something is from.
    public enum Source: Hashable, Sendable {
        /// Options or files that were named.
        case given
        /// A line that says it.
        case line(Int)
        /// How lines are written.
        case form
        /// What the lines of decisions name.
        case masks
        /// Nobody says it; more than one was tried.
        case tried
    }

    /// In the order in which they are tried.
    public var policies: [Policy]
    public var policySource: Source
    public var semantics: [MergeSemantics]
    public var semanticsSource: Source
    public var nodes: [NUMANodeMask]
    public var nodesSource: Source
    public var prefersClosest: Bool
    public var distances: Distances?

    init(_ decision: LoggedDecision, _ known: KnownSettings) {
        let settings = decision.settings
        if let policy = known.policy {
            (policies, policySource) = ([policy], .given)
        } else if let fact = settings.policy, let policy = Policy(rawValue: fact.value), policy != .none {
            (policies, policySource) = ([policy], .line(fact.line))
        } else {
            (policies, policySource) = (Self.policies(decision), .tried)
        }
        if let semantics = known.semantics {
            (self.semantics, semanticsSource) = ([semantics], .given)
        } else if let fact = settings.version, let minor = settings.minorVersion {
            (semantics, semanticsSource) = ([minor < 24 ? .kubelet1_23 : .current], .line(fact.line))
        } else if settings.hasSentences {
            (semantics, semanticsSource) = ([.kubelet1_23], .form)
        } else if settings.isLate {
            (semantics, semanticsSource) = ([.current], .form)
        } else {
            (semantics, semanticsSource) = ([.current, .kubelet1_23], .tried)
        }
        if let nodes = known.nodes {
            (self.nodes, nodesSource) = ([nodes], .given)
        } else if let count = settings.nodeCount, (settings.seenNodes.last ?? 0) < count.value {
            (nodes, nodesSource) = ([NUMANodeMask(0..<count.value)], .line(count.line))
        } else {
            // A node that no mask names can be there too.
            let seen = settings.seenNodes.isEmpty ? [0] : settings.seenNodes
            (nodes, nodesSource) = ([seen, seen.union([(seen.last ?? 0) + 1])], .masks)
        }
        prefersClosest = known.prefersClosest ?? settings.prefersClosest?.value ?? false
        distances = known.distances
    }

    /// Those that can have come to this, the likeliest first.
    private static func policies(_ decision: LoggedDecision) -> [Policy] {
        switch decision.verdict {
        case .refused: [.singleNUMANode, .restricted]
        case .admitted where decision.best?.hint?.isPreferred == false: [.bestEffort]
        case .admitted, .unknown: [.bestEffort, .restricted, .singleNUMANode]
        }
    }
}
