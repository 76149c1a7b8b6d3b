// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import HintMerge
import NUMACore
import Recordings

/// `numa-hints merge`: hint lists in, decisions out, one JSON object a line.
struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merges recorded hint lists: JSON Lines in, decisions out.",
        discussion: """
            A line names the machine's nodes, a policy and the hints of each provider; docs/policies.md \
            has the form. A bad line is reported and the rest is still done; the exit code is then 2.
            """)

    @Argument(help: ArgumentHelp("A JSON Lines file, also compressed by gzip; - is standard input."))
    var file: String

    @Option(help: "Whose rules: current (Kubernetes 1.24 and later) or kubelet-1.23 (1.23 and earlier).")
    var semantics = MergeSemantics.current

    @Flag(help: "Compare with what the lines expect, print the ids that differ, and exit 1 if any does.")
    var check = false

    @Option(help: "The most steps that one merge may take before it gives up and refuses.")
    var stepLimit = 10_000_000

    func run() throws {
        var isDifferent = false
        try JSONLinesInput(file).forEach { line, output in
            isDifferent = try decide(MergeLine(line), &output) || isDifferent
        }
        if isDifferent { throw ExitCode(1) }
    }

    /// Adds the decision about a line to the output; says whether another one was expected.
    private func decide(_ line: MergeLine, _ output: inout String) -> Bool {
        let options = MergeOptions(
            policy: Policy(rawValue: line.policy) ?? .none, semantics: semantics,
            preferClosestNUMANodes: line.prefersClosestNUMANodes, stepLimit: stepLimit)
        let merger = HintMerger(nodes: line.nodes, distances: line.distances, options: options)
        let decision = merger.merge(line.answers)
        if !decision.unresolved.isEmpty {
            let names = decision.unresolved.map(\.rawValue).joined(separator: ", ")
            Standard.error(
                "numa-hints: \(line.id): the hints of \(names) are too entangled to be merged within "
                    + "\(stepLimit) steps; the pod is refused")
        }
        guard check else {
            output += text(line.id, decision) + "\n"
            return false
        }
        guard let expected = line.expectation else { return false }
        if decision.admits == expected.admits, decision.best == expected.best { return false }
        output += "\(line.id)\n"
        return true
    }

    private func text(_ id: String, _ decision: MergeDecision) -> String {
        let nodes = decision.best.nodes.map { "[\($0.map(String.init).joined(separator: ","))]" } ?? "null"
        let quoted = (try? JSONEncoder().encode(id)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
        return """
            {"id":\(quoted),"admit":\(decision.admits),\
            "best":{"nodes":\(nodes),"preferred":\(decision.best.isPreferred)}}
            """
    }
}
