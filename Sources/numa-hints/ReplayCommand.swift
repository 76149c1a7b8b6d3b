// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import HintMerge
import NUMACore
import NUMAHints
import ProviderHost
import Recordings

/// `numa-hints replay`: admission sequences in, decisions and books out, one JSON object a line.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Takes recorded admission sequences through the providers: JSON Lines in, decisions out.",
        discussion: """
            A line has a machine, by which rules it decides, and steps: pods that are added, started and removed, and \
            restarts of the kubelet; docs/replay.md has the form. For each step it says what the kubelet would have \
            decided, and what its books would have been. A bad line is reported and the rest is still done; the exit \
            code is then 2.

            EXAMPLES:
              numa-hints replay Examples/replay/two-pods.jsonl
              numa-hints replay --check sequences.jsonl.gz && echo as expected
            """)

    @Argument(help: ArgumentHelp("A JSON Lines file, also compressed by gzip; - is standard input."))
    var file: String

    @Option(help: "Whose merge: current (Kubernetes 1.24 and later) or kubelet-1.23 (1.23 and earlier).")
    var semantics = MergeSemantics.current

    @Option(help: "kubelet: also where the kubelet is at fault; none: what is right there.")
    var compat = Compatibility.kubelet

    @Flag(help: "Compare with what the steps expect, print what differs, and exit 1 if anything does.")
    var check = false

    @OptionGroup var providers: ProviderOptions

    func run() throws {
        let input = try JSONLinesInput(file)
        var settings = NodeSettings()
        try providers.source.isolate(&settings)
        let replay = SequenceReplay(
            search: try providers.source.search(settings), semantics: semantics, imitatesKubelet: compat == .kubelet,
            isolation: settings.isolation
        ) { provider, severity, message in
            guard severity == .warning || severity == .error else { return }
            Standard.error("numa-hints: \(severity): \(provider): \(message)")
        }
        var isDifferent = false
        try input.forEach { line, output in
            let sequence = try ReplaySequence(line)
            let answers = try replay.run(sequence, file: input.name)
            if check {
                let lines = differences(answers, sequence)
                isDifferent = isDifferent || !lines.isEmpty
                output += lines.map { $0 + "\n" }.joined()
            } else {
                let steps = JSONText.array(answers.map(\.json))
                output += JSONText.object([("id", .string(sequence.id)), ("steps", steps)]).text + "\n"
            }
        }
        if isDifferent { throw ExitCode(1) }
    }

    /// What of a sequence is not as it says, field by field.
    private func differences(_ answers: [ReplayAnswer], _ sequence: ReplaySequence) -> [String] {
        var lines: [String] = []
        for (index, (answer, step)) in zip(answers, sequence.steps).enumerated() {
            guard let expected = step.expectation else { continue }
            let found = answer.differences(from: expected)
            // A sequence of an older kubelet can say what a newer one does at its end.
            let isLater =
                !found.isEmpty && index == answers.count - 1
                && sequence.laterExpectation.map { answer.differences(from: $0).isEmpty } == true
            lines += found.map {
                "\(sequence.id): steps[\(index)]: \($0)" + (isLater ? " (it is as 1.36.2-expect has it)" : "")
            }
        }
        return lines
    }
}
