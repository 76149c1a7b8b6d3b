// SPDX-License-Identifier: Apache-2.0

import Admission
import HintMerge
import KubeletLog
import KubernetesFormats
import NUMACore
import NUMAHints
import Presentation
import Recordings

extension ExplainCommand {
    /// The decisions of a kubelet's log, redone.
    func explainLog(_ file: String) throws {
        let redo = DecisionRedo(try knownOfLog())
        let name = file == "-" ? "standard input" : file
        let input = try ByteInput(file)
        let emphasis = Emphasis(isOn: Terminal.hasColour)
        var (reader, report) = (KubeletLogReader(), KubeletLogReport(file: name))
        var summary = KubeletLogReport.Summary()
        func take(_ decisions: [LoggedDecision]) throws {
            for decision in decisions where uid.map(decision.pod.isNamed) ?? true {
                let review = redo.review(decision)
                warn(of: decision)
                summary.add(review)
                // Text is printed as it comes: a log can have more decisions than there is memory.
                if output.output == .text {
                    print(KubeletLogText(review, emphasis: emphasis).text)
                } else {
                    report.add(review)
                }
            }
        }
        while let bytes = try input.next() {
            if reader.lineCount == 0, bytes.starts(with: [0x1F, 0x8B]) {
                throw NUMAHintsError(.input, "is compressed; give what zcat prints, with -", file: name)
            }
            try take(reader.take(bytes))
        }
        try take(reader.finish())
        report.finish(lines: reader.lineCount)
        guard summary.decisions > 0 else { throw nothingFound(reader, name) }
        try output.print(report) { summary.text + "\n" }
    }

    private func nothingFound(_ reader: KubeletLogReader, _ name: String) -> NUMAHintsError {
        let lines = "\(reader.lineCount) line\(reader.lineCount == 1 ? "" : "s")"
        if let uid {
            return NUMAHintsError(
                .input, "no decision about a pod with the uid or name \(uid) in \(lines)", file: name)
        }
        return NUMAHintsError(
            .input,
            "no decision of a topology manager in \(lines): expected a kubelet's log; with policy none there is no decision",
            file: name)
    }

    private func warn(of decision: LoggedDecision) {
        guard let scope = rules.scope, (scope == .pod) != decision.isWholePod else { return }
        Standard.error(
            "numa-hints: warning: line \(decision.firstLine) decides about a "
                + "\(decision.isWholePod ? "whole pod" : "container"), --scope \(scope.rawValue) was given")
    }

    /// What options and files say; the log has the rest.
    private func knownOfLog() throws -> KnownSettings {
        var known = KnownSettings(semantics: rules.semantics)
        if let configuration = try kubeletConfiguration() {
            known.policy = Policy(rawValue: configuration.topologyManagerPolicy)
            known.prefersClosest = configuration.topologyManagerPolicyOptions.contains {
                $0.name == "prefer-closest-numa-nodes" && $0.isOn == true
            }
        }
        if let policy = rules.policy { known.policy = policy }
        if known.policy == Policy.none {
            throw NUMAHintsError(
                .usage, "with policy none a kubelet makes no decisions: name the policy of this log with --policy")
        }
        if machine.isNamed {
            try machine.withMachine(devices: false) {
                known.nodes = NUMANodeMask($0.machine.nodes.map(\.id))
                known.distances = $0.machine.distances
            }
        }
        return known
    }

    private func kubeletConfiguration() throws -> KubeletConfiguration? {
        let file = try kubelet.kubeletConfig.map { try KubeletConfiguration.read($0) }
        let flags = try kubelet.kubeletArgs.map {
            try KubeletArguments.read($0, over: file?.configuration ?? KubeletConfiguration())
        }
        for warning in (file?.warnings ?? []) + (flags?.warnings ?? []) {
            Standard.error("numa-hints: warning: \(warning)")
        }
        return flags?.configuration ?? file?.configuration
    }
}
