// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Explanation
import KubernetesFormats
import NUMACore
import NUMAHints
import Presentation

/// `numa-hints admit`: decides about pods, and keeps what they are given.
struct AdmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admit",
        abstract: "Decides about pods and keeps what they are given.",
        discussion: """
            The pods of the files are decided about one after another, on what the ledger says that others hold. What \
            a pod is given is in the ledger before this ends. A pod that is there already is not decided about again.

            No cgroup is written. Where the machine no longer has what a pod holds, a warning names it, and \
            --changed-machine says what is done.

            Examples:
              numa-hints admit pod.yaml
              numa-hints admit pod.yaml --ledger ./ledger.db --machine server.xml --policy restricted

            Exit codes: 0 all admitted; 1 one refused; 2 usage or bad input; 3 the machine, a provider or the ledger \
            failed.
            """)

    @Argument(
        help: ArgumentHelp("Pods, lists or workloads, in YAML or JSON; - for standard input.", valueName: "pod.yaml"))
    var files: [String]

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var rules: RuleOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions

    @Option(help: "How many decisions the ledger keeps.")
    var history = 1000

    func run() throws {
        var pods: [PodSpec] = []
        for file in files {
            let found = try PodFile.read(file)
            pods += found.pods
            for warning in found.warnings { Standard.error("numa-hints: warning: \(warning)") }
        }
        try Session.withAllocator(
            machine, kubelet, rules, providers, ledgerOptions, history: history, comparesMemory: true
        ) { allocator in
            var isRefused = false
            for pod in pods { isRefused = try admit(pod, by: &allocator) || isRefused }
            if isRefused { throw ExitCode(1) }
        }
    }

    /// Prints what became of a pod; says whether it was refused.
    private func admit(_ pod: PodSpec, by allocator: inout NodeAllocator) throws -> Bool {
        switch try allocator.admit(pod) {
        case .held(let known):
            print("pod \(pod.namespace)/\(pod.name): admitted before, at \(known.admission.time)")
            print(HoldingsText(known).containers, terminator: "")
            return false
        case .decided(let explanation):
            print(ExplanationText(explanation, emphasis: Emphasis(isOn: Terminal.hasColour)).text, terminator: "")
            return !explanation.trace.verdict.isAdmitted
        }
    }
}
