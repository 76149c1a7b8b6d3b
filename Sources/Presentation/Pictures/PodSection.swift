// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import HintMerge
import NUMACore

/// One pod on the page: the verdict, the reason, who holds what is short, what would let it in, the machine, and the
/// table that the decision was made from.
struct PodSection {
    private let explanation: Explanation
    private let text: ExplanationText
    private let machine: Machine
    private let number: Int

    /// - Parameter number: the pod's place on the page, from 1.
    init(_ explanation: Explanation, on machine: Machine, number: Int) {
        self.explanation = explanation
        self.machine = machine
        self.number = number
        text = ExplanationText(explanation)
    }

    private var trace: DecisionTrace { explanation.trace }
    private var isAdmitted: Bool { trace.verdict.isAdmitted }
    private var isAligned: Bool { explanation.units.allSatisfy { $0.merged?.isPreferred ?? true } }

    var name: String { "\(trace.pod.namespace)/\(trace.pod.name)" }

    /// A sign and a word.
    private var sign: String { isAdmitted ? isAligned ? "✓ Admitted" : "▲ Admitted" : "✕ Refused" }

    /// A sign, and what was decided.
    var verdict: String { sign + (isAdmitted && !isAligned ? ", not aligned" : "") }

    private var kind: String { isAdmitted ? isAligned ? "good" : "notice" : "bad" }

    /// A line of a list of pods, which leads here.
    var link: Markup {
        Markup(
            "li", [:],
            [
                Markup("span", ["class": "tag \(kind)"], verdict), Markup(words: " "),
                Markup("a", ["href": "#pod-\(number)"], name),
            ])
    }

    var markup: Markup {
        var parts = [head]
        let aside = [holders, changes, slack, kubelet, nearness].compactMap { $0 }
        if !aside.isEmpty { parts.append(Markup("div", ["class": "aside"], aside)) }
        parts.append(MachineFigure(MachineScene(machine, explanation)).markup)
        parts += explanation.units.map { unit in
            UnitMatrix(
                unit, title: "What was asked, and the hints: \(text.title(unit))",
                merged: unit.merged.map(text.words), nodes: trace.nodes
            ).markup
        }
        return Markup("article", ["class": "pod", "id": "pod-\(number)"], parts)
    }

    // MARK: The verdict

    private var head: Markup {
        var meta = [
            trace.pod.qos.rawValue, "scope \(trace.scope.rawValue)", "policy \(trace.options.policy.rawValue)",
        ]
        if case .refused(let refusal) = trace.verdict {
            meta.append(refusal.kind.rawValue)
            if let container = refusal.container { meta.append("at container \(container)") }
        }
        var parts = [
            Markup(
                "h2", [:],
                [
                    Markup("span", ["class": "sign"], sign), Markup(words: place),
                    Markup("span", ["class": "pod-name"], "pod \(name)"),
                ])
        ]
        parts += reasons.flatMap(paragraphs)
        parts += [
            Markup("p", ["class": "faint"], meta.joined(separator: " · "))
        ]
        let asked = trace.pod.containers.filter { !$0.requests.isEmpty }
        if !asked.isEmpty { parts.append(Markup("dl", ["class": "facts"], asked.flatMap(request))) }
        for warning in trace.warnings { parts.append(Markup("p", ["class": "warning"], "▲ \(warning.text)")) }
        return Markup("section", ["class": "verdict \(kind)", "aria-label": "the verdict"], parts)
    }

    /// Where it came to lie.
    private var place: String {
        guard text.placement.isEmpty else { return text.placement }
        return isAdmitted && !isAligned ? ", not aligned" : ""
    }

    /// Why it was refused, in a sentence; or why it is not aligned, and what each container gets.
    private var reasons: [String] {
        if let reason = explanation.reason { return ["Because \(reason.text)."] }
        return explanation.units.compactMap(\.cause).map { "Not aligned: \($0.text)." }
            + text.gets.map { $0.drop { $0 == " " } + "." }
    }

    /// A sentence that ends in long brackets: what is in them stands below.
    private func paragraphs(_ sentence: String) -> [Markup] {
        guard sentence.utf8.count > 240, sentence.hasSuffix(")."), let start = sentence.firstRange(of: " (") else {
            return [Markup("p", ["class": "reason"], sentence)]
        }
        return [
            Markup("p", ["class": "reason"], sentence[..<start.lowerBound] + "."),
            Markup("p", ["class": "faint detail"], sentence[start.upperBound...].dropLast(2) + "."),
        ]
    }

    private func request(_ container: ContainerSpec) -> [Markup] {
        let words = container.requests.map { "\($0.resource) \($0.resource.text(of: $0.quantity))" }
        return [
            Markup("dt", [:], "\(container.name) asks for"), Markup("dd", [:], words.joined(separator: ", ")),
        ]
    }

    // MARK: Beside it

    private func box(_ title: String, _ lines: [String], isOrdered: Bool = false) -> Markup? {
        guard !lines.isEmpty else { return nil }
        return Markup(
            "section", [:],
            [Markup("h3", [:], title), Markup(isOrdered ? "ol" : "ul", [:], lines.map { Markup("li", [:], $0) })])
    }

    private var holders: Markup? {
        box(
            "What that rests on, and who holds it",
            explanation.units.compactMap(\.cause).flatMap { FactLines($0).lines })
    }

    private var changes: Markup? {
        box(
            "What would \(isAdmitted ? "align it" : "let it in"): any one of these",
            explanation.changes.map { ChangeText($0).line }, isOrdered: true)
    }

    private var slack: Markup? { box("What there is room for", text.slack.map { String($0.drop { $0 == " " }) }) }

    private var kubelet: Markup? {
        guard let decision = explanation.kubelet else { return nil }
        return box("A kubelet decides otherwise", text.words(decision).map { String($0.drop { $0 == " " }) })
    }

    private var nearness: Markup? {
        box("How near the devices are", trace.nearness.flatMap { NearnessText($0).lines })
    }
}
