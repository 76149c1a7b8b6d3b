// SPDX-License-Identifier: Apache-2.0

import Admission
public import Explanation
public import NUMACore

/// Explanations as one page of HTML that needs nothing beside itself: what `explain --html` writes.
public struct ExplanationPage: Sendable {
    /// The page, ending in a line end.
    public let text: String

    /// Equal decisions give equal bytes.
    ///
    /// - Parameters:
    ///   - machine: the one that was decided on.
    ///   - source: what it was read from, as the user wrote it.
    ///   - warnings: what should be known of the files, beside the decisions.
    public init(_ explanations: [Explanation], on machine: Machine, source: String, warnings: [String] = []) {
        let pods = explanations.enumerated().map { PodSection($1, on: machine, number: $0 + 1) }
        var title = pods.first.map { "\($0.verdict): pod \($0.name)" } ?? "No pod"
        if pods.count > 1 {
            let admitted = explanations.filter(\.trace.verdict.isAdmitted).count
            title = "\(pods.count) pods: \(admitted) admitted, \(pods.count - admitted) refused"
        }
        var body: [Markup] = []
        if pods.count > 1 {
            body.append(Markup("nav", ["aria-label": "pods"], [Markup("ol", [:], pods.map(\.link))]))
        }
        body += pods.map(\.markup)
        if !warnings.isEmpty {
            body.append(
                Markup(
                    "section", ["class": "warnings"],
                    [
                        Markup("h3", [:], "What should be known"),
                        Markup("ul", [:], warnings.map { Markup("li", [:], $0) }),
                    ])
            )
        }
        text =
            Page(
                title: title, hidesTitle: pods.count == 1, command: "numa-hints explain", machine: source, body: body
            ).text
    }
}
