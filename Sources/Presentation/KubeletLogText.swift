// SPDX-License-Identifier: Apache-2.0

import HintMerge
public import KubeletLog
import NUMACore

/// A decision of a kubelet's log for people, as lines of text.
public struct KubeletLogText {
    private let review: DecisionReview
    private let emphasis: Emphasis

    public init(_ review: DecisionReview, emphasis: Emphasis = Emphasis(isOn: false)) {
        self.review = review
        self.emphasis = emphasis
    }

    /// All of it, ending in a line end.
    public var text: String {
        let decision = review.decision
        var lines = [headline]
        if let cause = review.cause {
            lines.append("  \(decision.verdict == .refused ? "because" : "not aligned:") \(cause)")
        }
        lines.append(emphasis.faint("  \(facts)"))
        lines += table
        for note in review.notes { lines.append("  \(note)") }
        lines.append("  \(outcome)")
        lines += since
        return lines.joined(separator: "\n") + "\n"
    }

    private var headline: String {
        let decision = review.decision
        let name = emphasis.strong("pod \(decision.pod.label)")
        let unit = decision.container.map { ", container \($0)" } ?? (decision.isWholePod ? ", the whole pod" : "")
        switch decision.verdict {
        case .admitted:
            let place = decision.best?.hint?.nodes.map { " on \($0.count == 1 ? "node" : "nodes") \($0.list)" } ?? ""
            return "\(name)\(unit): \(emphasis.good("admitted"))\(place)"
        case .refused: return "\(name)\(unit): \(emphasis.bad("refused"))"
        case .unknown: return "\(name)\(unit): the log does not say whether it was admitted"
        }
    }

    // MARK: With what it was redone

    private var facts: String {
        let (decision, settings) = (review.decision, review.settings)
        let lines =
            decision.firstLine == decision.lastLine
            ? "line \(decision.firstLine)" : "lines \(decision.firstLine) to \(decision.lastLine)"
        guard !decision.providers.isEmpty else { return lines }
        let nodes = review.redone?.nodes ?? settings.nodes.first ?? []
        return "\(lines); policy \(policy), rule of \(rule), nodes \(nodes.list) (\(words(settings.nodesSource)))"
    }

    private var policy: String {
        let (tried, agreeing) = (review.settings.policies, review.agreeingPolicies)
        guard review.settings.policySource == .tried else {
            return "\(tried.map(\.rawValue).joined(separator: ", ")) (\(words(review.settings.policySource)))"
        }
        if agreeing.isEmpty { return "not known" }
        let names = agreeing.map(\.rawValue).joined(separator: " or ")
        return names + (agreeing.count == 1 ? " (the only one that comes to this)" : " (each comes to this)")
    }

    private var rule: String {
        let settings = review.settings
        guard settings.semanticsSource == .tried else {
            return "\(settings.semantics.map(words).joined()) (\(words(settings.semanticsSource)))"
        }
        switch review.agreeingSemantics {
        case []: return "any version (not known)"
        case let one where one.count == 1: return "\(words(one[0])) (the only one that comes to this)"
        default: return "any version (each comes to this)"
        }
    }

    private func words(_ semantics: MergeSemantics) -> String {
        switch semantics {
        case .current: "1.24 and later"
        case .kubelet1_23: "1.23 and earlier"
        }
    }

    private func words(_ source: RedoSettings.Source) -> String { KubeletLogReport.words(source) }

    // MARK: What the log has

    private var table: [String] {
        let decision = review.decision
        var table = TextTable(indent: "    ")
        table.add(["line", "resource", "hints (* preferred)"])
        for provider in decision.providers {
            guard let answers = provider.answers else {
                table.add(["\(provider.line)", "?", "cannot be read"])
                continue
            }
            if answers.isEmpty { table.add(["\(provider.line)", "-", "no preference"]) }
            for answer in answers {
                table.add(["\(provider.line)", answer.resource.rawValue, words(answer.placement)])
            }
        }
        if let best = decision.best {
            table.add([decision.bestLine.map { "\($0)" } ?? "", "merged", words(best)])
        }
        return decision.providers.isEmpty && decision.best == nil ? [] : table.lines
    }

    private func words(_ placement: LoggedAnswer.Placement) -> String {
        switch placement {
        case .noPreference: return "no preference"
        case .impossible: return "impossible"
        case .nothing: return "none: no preference, or impossible"
        case .unreadable(let text): return "cannot be read: \(text)"
        case .hints(let hints):
            let shown = hints.prefix(Self.mostMasks).map {
                ($0.nodes.map { "{\($0.list)}" } ?? "no mask") + ($0.isPreferred ? "*" : "")
            }
            let others = hints.count - shown.count
            return shown.joined(separator: " ") + (others > 0 ? " and \(others) others" : "")
        }
    }

    private func words(_ hint: LoggedHint) -> String {
        switch hint {
        case .hint(let hint): hint.words
        case .unreadable(let text): "cannot be read: \(text)"
        }
    }

    private static let mostMasks = 15

    // MARK: What came of it

    private var outcome: String {
        switch review.outcome {
        case .agrees:
            guard let redone = review.redone else { return emphasis.good("agrees") }
            return emphasis.good("agrees") + ": the rule gives \(redone.best.words), and \(verb(redone)) it"
        case .differs(let what): return emphasis.bad("differs") + ": \(what)"
        case .notRedone(let why): return "could not be redone: \(why)"
        }
    }

    /// What a later version would make of it, a line for each result.
    private var since: [String] {
        var lines: [String] = []
        var rest = review.since[...]
        while let first = rest.first {
            let same = rest.filter { $0.best == first.best }
            rest = rest.filter { $0.best != first.best }[...]
            let verbs = same.map { "\($0.policy.rawValue) \($0.admits ? "admits" : "refuses") it" }
            lines.append("  since 1.24 the rule gives \(first.best.words): \(verbs.joined(separator: ", "))")
        }
        return lines
    }

    private func verb(_ redone: DecisionReview.Redone) -> String {
        let names = review.agreeingPolicies.count > 1 ? review.agreeingPolicies : [redone.policy]
        let plural = names.count > 1
        let verb = redone.admits ? "admit" : "refuse"
        return names.map(\.rawValue).joined(separator: " or ") + " \(verb)\(plural ? "" : "s")"
    }
}
