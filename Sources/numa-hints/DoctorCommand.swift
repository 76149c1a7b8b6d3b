// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Ledger
import NUMACore
import NUMAHints
import Presentation

/// `numa-hints doctor`: what is wrong with what is held, and what a change would mean for it.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what is wrong with what pods hold, and what a change of rules would mean for it.",
        discussion: """
            For each pod of the ledger: whether its admission or release ended; what it holds that the machine or the \
            providers no longer give; and whether it would be admitted with what it holds, under the policy, the scope \
            and the settings given. Nothing is changed, and pods keep what they hold: a change applies to later \
            admissions.

            Examples:
              numa-hints doctor
              numa-hints doctor --policy single-numa-node --scope pod
              numa-hints doctor --kubelet-config new-config.yaml -o json

            Exit codes: 0 nothing found; 1 something found; 2 usage or bad input; 3 the machine, a provider or the \
            ledger failed.
            """)

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var rules: RuleOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let path = try ledgerOptions.path()
        let held = try ledgerOptions.reading { try $0.holdings() } ?? (pods: [], memory: [])
        try Session.withNode(machine, kubelet, rules, providers, ledgerOptions) { node in
            guard node.refusals.isEmpty else {
                for line in node.refusals { Standard.error("numa-hints: \(line)") }
                throw ExitCode(NUMAHintsError.Code.provider.exitStatus)
            }
            for warning in node.warnings { Standard.error("numa-hints: warning: \(warning)") }
            let doctor = try NodeDoctor(held.pods, held.memory, on: node)
            let report = DoctorReport(doctor.pods, lostBooks: doctor.lostBooks)
            try output.print(report) {
                held.pods.isEmpty
                    ? "nothing is held (\(path))\n" : report.text(Emphasis(isOn: Terminal.hasColour))
            }
            if !report.fine { throw ExitCode(1) }
        }
    }
}
