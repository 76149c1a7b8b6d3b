// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Explanation
import KubernetesFormats
import NUMACore
import NUMAHints
import Presentation
import Service

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
              kubectl get pod web -o yaml | numa-hints admit - -o json
              numa-hints admit pod.yaml --socket /run/numa-hints/numa-hints.sock

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
    @OptionGroup var service: SocketOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "How many decisions the ledger keeps.")
    var history = 1000

    func run() throws {
        guard history >= 0 else {
            throw NUMAHintsError(.usage, "--history \(history): the number of decisions must not be negative")
        }
        let asked = try service.ask(
            output,
            without: machine.given + kubelet.given + rules.given + providers.given + ledgerOptions.given
                + [("--history", history != 1000)]
        ) {
            let (text, file) = try service.pod(in: files)
            return .admit(text, file: file)
        }
        if asked { return }
        let found = try PodFile.read(files)
        let pods = found.pods
        for warning in found.warnings { Standard.error("numa-hints: warning: \(warning)") }
        try Session.withAllocator(
            machine, kubelet, rules, providers, ledgerOptions, history: history, comparesMemory: true
        ) { allocator in
            var report = AdmissionReport(warnings: found.warnings.map(\.description))
            // What was admitted before a failure is in the ledger, and is shown.
            let result = Result { try admit(pods, by: &allocator, &report) }
            if output.output != .text { try output.print(report) { "" } }
            if try result.get() { throw ExitCode(1) }
        }
    }

    /// Says whether one was refused.
    private func admit(
        _ pods: [PodSpec], by allocator: inout NodeAllocator, _ report: inout AdmissionReport
    ) throws -> Bool {
        var isRefused = false
        for pod in pods {
            switch try allocator.admit(pod) {
            case .held(let known):
                report.add(held: known)
                say {
                    "pod \(pod.namespace)/\(pod.name): admitted before, at \(known.admission.time)\n"
                        + HoldingsText(known).containers
                }
            case .decided(let decision):
                let explanation = decision.explanation
                report.add(explanation)
                say { ExplanationText(explanation, emphasis: Emphasis(isOn: Terminal.hasColour)).text }
                isRefused = isRefused || !decision.trace.verdict.isAdmitted
            }
        }
        return isRefused
    }

    /// Pod by pod, as they are decided about.
    private func say(_ text: () -> String) {
        if output.output == .text { print(text(), terminator: "") }
    }
}
