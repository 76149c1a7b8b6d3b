// SPDX-License-Identifier: Apache-2.0

import HintMerge
import KubeletLog
import NUMACore

/// One decision of a kubelet's log as data.
struct KubeletLogEntry: Encodable, Sendable {
    private struct Pod: Encodable {
        @Null var namespace: String?
        @Null var name: String?
        @Null var uid: String?

        init(_ pod: PodReference) {
            namespace = pod.namespace
            name = pod.name
            uid = pod.uid
        }
    }

    private struct Hint: Encodable {
        /// Null is no mask.
        @Null var nodes: [Int]?
        var preferred: Bool

        init(_ hint: TopologyHint) {
            nodes = hint.nodes?.members
            preferred = hint.isPreferred
        }
    }

    private struct Answer: Encodable {
        var resource: String
        var placement: String
        var hints: [Hint]

        init(_ answer: LoggedAnswer) {
            resource = answer.resource.rawValue
            if case .hints(let masks) = answer.placement { hints = masks.map(Hint.init) } else { hints = [] }
            placement =
                switch answer.placement {
                case .noPreference: "no-preference"
                case .impossible: "impossible"
                case .nothing: "no-preference-or-impossible"
                case .hints: "hints"
                case .unreadable: "unreadable"
                }
        }
    }

    private struct Provider: Encodable {
        var line: Int
        /// Null where the line cannot be read.
        @Null var resources: [Answer]?

        init(_ provider: LoggedDecision.Provider) {
            line = provider.line
            resources = provider.answers?.map(Answer.init)
        }
    }

    private struct Failure: Encodable {
        var reason: String
        var message: String
        var line: Int
    }

    private struct Settings: Encodable {
        var policies: [String]
        var policySource: String
        var semantics: [String]
        var semanticsSource: String
        var nodes: [Int]
        var nodesSource: String
        var preferClosestNUMANodes: Bool
    }

    private struct Redone: Encodable {
        var policy: String
        var semantics: String
        var nodes: [Int]
        var best: Hint
        var admits: Bool

        init(_ redone: DecisionReview.Redone) {
            policy = redone.policy.rawValue
            semantics = redone.semantics.rawValue
            nodes = redone.nodes.members
            best = Hint(redone.best)
            admits = redone.admits
        }
    }

    private var pod: Pod
    @Null private var container: String?
    private var scope: String
    private var firstLine: Int
    private var lastLine: Int
    private var providers: [Provider]
    /// Null where the log has none, or none that can be read.
    @Null private var best: Hint?
    @Null private var bestLine: Int?
    private var verdict: String
    @Null private var failure: Failure?
    private var settings: Settings
    private var outcome: String
    @Null private var why: String?
    @Null private var redone: Redone?
    private var agreeingPolicies: [String]
    private var agreeingSemantics: [String]
    /// What the rule of 1.24 and later gives, by each policy, where that is something else.
    private var since: [Redone]
    @Null private var cause: String?
    private var notes: [String]

    init(_ review: DecisionReview) {
        let (decision, used) = (review.decision, review.settings)
        pod = Pod(decision.pod)
        container = decision.container
        scope = decision.isWholePod ? "pod" : "container"
        firstLine = decision.firstLine
        lastLine = decision.lastLine
        providers = decision.providers.map(Provider.init)
        best = decision.best?.hint.map(Hint.init)
        bestLine = decision.bestLine
        verdict =
            switch decision.verdict {
            case .admitted: "admitted"
            case .refused: "refused"
            case .unknown: "unknown"
            }
        failure = decision.failure.map { Failure(reason: $0.reason, message: $0.message, line: $0.line) }
        settings = Settings(
            policies: used.policies.map(\.rawValue), policySource: KubeletLogReport.words(used.policySource),
            semantics: used.semantics.map(\.rawValue), semanticsSource: KubeletLogReport.words(used.semanticsSource),
            nodes: (review.redone?.nodes ?? used.nodes.first ?? []).members,
            nodesSource: KubeletLogReport.words(used.nodesSource), preferClosestNUMANodes: used.prefersClosest)
        let (word, reason): (String, String?) =
            switch review.outcome {
            case .agrees: ("agrees", nil)
            case .differs(let what): ("differs", what)
            case .notRedone(let what): ("not-redone", what)
            }
        outcome = word
        why = reason
        redone = review.redone.map(Redone.init)
        agreeingPolicies = review.agreeingPolicies.map(\.rawValue)
        agreeingSemantics = review.agreeingSemantics.map(\.rawValue)
        since = review.since.map(Redone.init)
        cause = review.cause
        notes = review.notes
    }
}
