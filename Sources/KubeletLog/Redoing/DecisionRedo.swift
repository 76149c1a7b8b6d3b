// SPDX-License-Identifier: Apache-2.0

import Explanation
import HintMerge
public import NUMACore

/// Decides again what a log has decisions about, by the rule of its version.
public struct DecisionRedo: Sendable {
    private let known: KnownSettings
    /// The most steps that one merge may take.
    private let stepLimit: Int

    public init(_ known: KnownSettings, stepLimit: Int = 1_000_000) {
        self.known = known
        self.stepLimit = stepLimit
    }

    /// Compares a decision with what the rule gives.
    ///
    /// What the log does not say is tried: the decision agrees if any of it does.
    public func review(_ decision: LoggedDecision) -> DecisionReview {
        let settings = RedoSettings(decision, known)
        var review = DecisionReview(decision: decision, settings: settings, outcome: .agrees)
        review.notes = notes(decision)
        if let obstacle = obstacle(decision, settings) {
            review.outcome = .notRedone(obstacle)
            return review
        }
        let answers = decision.possibleAnswers
        let attempts = attempts(answers, settings)
        if let unresolved = attempts.first(where: { !$0.decision.unresolved.isEmpty }) {
            let names = unresolved.decision.unresolved.map(\.rawValue).joined(separator: ", ")
            review.outcome = .notRedone("the hints of \(names) are too entangled for \(stepLimit) steps")
            return review
        }
        let agreeing = attempts.filter { agrees($0.redone, decision) }
        guard let chosen = agreeing.first ?? attempts.first else { return review }
        review.redone = chosen.redone
        if agreeing.isEmpty {
            review.outcome =
                decision.isCut
                ? .notRedone("its beginning is not in the log, and the hints that are there come to something else")
                : distanceObstacle(settings).map { .notRedone($0) } ?? .differs(difference(chosen.redone, decision))
        }
        review.agreeingPolicies = settings.policies.filter { policy in agreeing.contains { $0.redone.policy == policy }
        }
        review.agreeingSemantics = settings.semantics.filter { rule in
            agreeing.contains { $0.redone.semantics == rule }
        }
        if case .notRedone = review.outcome { return review }
        if !review.agreeingSemantics.contains(.current) { review.since = since(agreeing, settings) }
        if !chosen.redone.best.isPreferred { review.cause = cause(chosen, settings) }
        return review
    }

    private struct Attempt {
        var answers: [ResourceAnswer]
        var redone: DecisionReview.Redone
        var decision: MergeDecision
    }

    private func attempts(_ answers: [[ResourceAnswer]], _ settings: RedoSettings) -> [Attempt] {
        settings.semantics.flatMap { semantics in
            settings.policies.flatMap { policy in
                settings.nodes.flatMap { nodes in
                    answers.map { attempt($0, policy, semantics, nodes, settings) }
                }
            }
        }
    }

    private func options(_ policy: Policy, _ semantics: MergeSemantics, _ settings: RedoSettings) -> MergeOptions {
        MergeOptions(
            policy: policy, semantics: semantics, preferClosestNUMANodes: settings.prefersClosest,
            stepLimit: stepLimit)
    }

    private func attempt(
        _ answers: [ResourceAnswer], _ policy: Policy, _ semantics: MergeSemantics, _ nodes: NUMANodeMask,
        _ settings: RedoSettings
    ) -> Attempt {
        let merger = HintMerger(
            nodes: nodes, distances: settings.distances, options: options(policy, semantics, settings))
        let decision = merger.merge(answers)
        return Attempt(
            answers: answers,
            redone: .init(
                policy: policy, semantics: semantics, nodes: nodes, best: decision.best, admits: decision.admits),
            decision: decision)
    }

    private func agrees(_ redone: DecisionReview.Redone, _ decision: LoggedDecision) -> Bool {
        if let best = decision.best?.hint, best != redone.best { return false }
        switch decision.verdict {
        case .admitted: return redone.admits
        case .refused: return !redone.admits
        case .unknown: return true
        }
    }

    private func difference(_ redone: DecisionReview.Redone, _ decision: LoggedDecision) -> String {
        if let best = decision.best?.hint, best != redone.best {
            return "the log has \(best.words), the rule gives \(redone.best.words)"
        }
        let (log, rule) = redone.admits ? ("refused", "admits") : ("admitted", "refuses")
        return "the log has it \(log), \(redone.policy.rawValue) \(rule) it"
    }

    /// What the rule of 1.24 and later gives, if an older one was right and that is something else.
    private func since(_ agreeing: [Attempt], _ settings: RedoSettings) -> [DecisionReview.Redone] {
        var (policies, found): ([Policy], [DecisionReview.Redone]) = ([], [])
        for old in agreeing where old.redone.semantics == .kubelet1_23 && !policies.contains(old.redone.policy) {
            policies.append(old.redone.policy)
            let later = attempt(old.answers, old.redone.policy, .current, old.redone.nodes, settings)
            guard later.decision.unresolved.isEmpty else { continue }
            if later.redone.best != old.redone.best || later.redone.admits != old.redone.admits {
                found.append(later.redone)
            }
        }
        return found
    }

    private func cause(_ chosen: Attempt, _ settings: RedoSettings) -> String? {
        Cause.ofMasks(
            chosen.answers, nodes: chosen.redone.nodes,
            options: options(chosen.redone.policy, chosen.redone.semantics, settings))
    }

    // MARK: What is missing

    private func obstacle(_ decision: LoggedDecision, _ settings: RedoSettings) -> String? {
        if decision.providers.isEmpty { return "the log has no hints of it" }
        for provider in decision.providers {
            guard let answers = provider.answers else { return "the hints of line \(provider.line) cannot be read" }
            for answer in answers {
                if case .unreadable(let text) = answer.placement {
                    return "the mask of \(answer.resource) in line \(provider.line) is not readable: \(text)"
                }
            }
        }
        if decision.best == nil, decision.verdict == .unknown { return "the log ends before its result" }
        if case .unreadable(let text)? = decision.best {
            return "the result in line \(decision.bestLine ?? decision.lastLine) is not readable: \(text)"
        }
        if let minor = decision.settings.minorVersion, minor < 18, settings.policies == [.singleNUMANode] {
            return "the rule of single-numa-node before 1.18 is not known here"
        }
        return nil
    }

    private func distanceObstacle(_ settings: RedoSettings) -> String? {
        guard settings.prefersClosest, settings.distances == nil, settings.policies != [.singleNUMANode] else {
            return nil
        }
        return "prefer-closest-numa-nodes is on and the distances are not known: name the --machine"
    }

    private func notes(_ decision: LoggedDecision) -> [String] {
        var notes: [String] = []
        if let named = known.policy, let fact = decision.settings.policy, fact.value != named.rawValue {
            notes.append("line \(fact.line) says policy \(fact.value), \(named.rawValue) was given")
        }
        if let failure = decision.failure, decision.verdict == .admitted {
            notes.append(
                "after that it failed (\(failure.reason), line \(failure.line))"
                    + (failure.message.isEmpty ? "" : ": \(failure.message)"))
        }
        return notes
    }
}

extension LoggedDecision {
    /// The answers for the merge; two lists where `[]` can be both "no preference" and "impossible".
    var possibleAnswers: [[ResourceAnswer]] {
        let logged = providers.flatMap { $0.answers ?? [] }
        func answers(nothing: ResourceAnswer.Placement) -> [ResourceAnswer] {
            logged.map { answer in
                switch answer.placement {
                case .noPreference: ResourceAnswer(answer.resource, .any)
                case .impossible: ResourceAnswer(answer.resource, Self.impossible)
                case .hints(let hints): ResourceAnswer(answer.resource, .hints(hints))
                case .nothing, .unreadable: ResourceAnswer(answer.resource, nothing)
                }
            }
        }
        guard logged.contains(where: { $0.placement == .nothing }) else { return [answers(nothing: .any)] }
        return [answers(nothing: .any), answers(nothing: Self.impossible)]
    }

    private static let impossible = ResourceAnswer.Placement.impossible(Reason("its provider offers no mask"))
}

extension TopologyHint {
    /// For people: `{0-1}, preferred`.
    public var words: String {
        (nodes.map { "{\($0.list)}" } ?? "no mask") + (isPreferred ? ", preferred" : ", not preferred")
    }
}
