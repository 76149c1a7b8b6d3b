// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Explanation
import KubernetesFormats
import Logging
import NUMACore
import NUMAHints
import Presentation

/// `numa-hints explain`: what would be decided about pods, and why.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says where pods would be placed, and why, or why not.",
        discussion: """
            The pods of the files are decided about one after another, each on what those before it left, \
            on a machine where nothing else is held. Nothing is changed.

            Examples:
              numa-hints explain pod.yaml
              numa-hints explain pod.yaml --kubelet-config /var/lib/kubelet/config.yaml
              numa-hints explain pod.yaml --machine server.xml --policy single-numa-node --scope pod
              kubectl get pod web -o yaml | numa-hints explain - -o json

            Exit codes: 0 all admitted; 1 one refused; 2 usage or bad input; 3 the machine or a provider failed.
            """
    )

    @Argument(
        help: ArgumentHelp("Pods, lists or workloads, in YAML or JSON; - for standard input.", valueName: "pod.yaml"))
    var files: [String]

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var rules: RuleOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        var pods: [PodSpec] = []
        var warnings: [String] = []
        for file in files {
            let found = try PodFile.read(file)
            pods += found.pods
            warnings += found.warnings.map(\.description)
        }
        try Session.withNode(machine, kubelet, rules, providers, comparesWithKubelet: true) {
            try explain(pods, on: &$0, warnings)
        }
    }

    private func explain(_ pods: [PodSpec], on node: inout Node, _ fileWarnings: [String]) throws {
        guard node.refusals.isEmpty else {
            for line in node.refusals { Standard.error("numa-hints: \(line)") }
            throw ExitCode(NUMAHintsError.Code.provider.exitStatus)
        }
        let warnings = fileWarnings + node.warnings + node.memoryWarnings()
        for warning in warnings { Standard.error("numa-hints: warning: \(warning)") }
        let explanations = node.explain(pods)
        let emphasis = Emphasis(isOn: Terminal.hasColour)
        try output.print(ExplanationReport(explanations, warnings: warnings)) {
            explanations.map { ExplanationText($0, emphasis: emphasis).text }.joined(separator: "\n")
        }
        let status = explanations.map(\.exitStatus).max() ?? 0
        if status != 0 { throw ExitCode(status) }
    }
}

extension Explanation {
    /// 0 admitted, 1 refused, 3 a provider failed.
    fileprivate var exitStatus: Int32 {
        switch trace.verdict {
        case .admitted: 0
        case .refused(let refusal): refusal.kind == .providerFault ? NUMAHintsError.Code.provider.exitStatus : 1
        }
    }
}
