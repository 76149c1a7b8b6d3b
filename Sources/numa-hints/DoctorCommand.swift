// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubernetesFormats
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

            With --kubelet-root the state files of a kubelet are looked at instead: their checksums, and whether they \
            agree with themselves, with the machine and with the kubelet's settings; and for each thing found, what that \
            kubelet does at its next start. --repair writes the files as they would be right into a new folder, as far \
            as that can be said; the kubelet's own are left alone.

            Examples:
              numa-hints doctor
              numa-hints doctor --policy single-numa-node --scope pod
              numa-hints doctor --kubelet-config new-config.yaml -o json
              numa-hints doctor --kubelet-root /var/lib/kubelet --repair /tmp/repaired

            Exit codes: 0 nothing found; 1 something found; 2 usage or bad input; 3 the machine, a provider or the \
            ledger failed.
            """)

    @Option(
        help: ArgumentHelp(
            "With --kubelet-root: write the files as they would be right into this new folder.", valueName: "folder"))
    var repair: String?

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubeletRoot: KubeletRoot
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var rules: RuleOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        if let folder = try kubeletRoot.folder() {
            guard ledgerOptions.ledger == nil else {
                throw NUMAHintsError(
                    .usage, "--kubelet-root and --ledger name two that are looked at: give one of them")
            }
            return try examine(kubeletOf: folder)
        }
        guard repair == nil else {
            throw NUMAHintsError(.usage, "--repair is for the files of a kubelet: give --kubelet-root too")
        }
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

    private func examine(kubeletOf folder: String) throws {
        let damage = try KubeletState.readAll(folder: folder).damage
        let state = try KubeletState.readAll(folder: folder, verifies: false).state
        let (kubelet, unknown) = try kubeletRoot.completed(kubelet)
        var rules = rules
        rules.compat = rules.compat ?? .kubelet
        try Session.withNode(machine, kubelet, rules, providers, isKubelet: true) { node in
            guard node.refusals.isEmpty else {
                for line in node.refusals { Standard.error("numa-hints: \(line)") }
                throw ExitCode(NUMAHintsError.Code.provider.exitStatus)
            }
            let isConfigured = unknown.isEmpty
            for line in unknown {
                Standard.error(
                    "numa-hints: warning: \(line); until then nothing is compared with policies and reservations")
            }
            let doctor = try KubeletDoctor(
                state, damage: damage, folder: folder, on: node, isConfigured: isConfigured)
            if let repair { try KubeletFolder.write(doctor.repaired, to: repair) }
            let report = KubeletDoctorReport(doctor, folder: folder, repairedIn: repair)
            try output.print(report) { report.text(Emphasis(isOn: Terminal.hasColour)) }
            if !doctor.findings.isEmpty { throw ExitCode(1) }
        }
    }
}
