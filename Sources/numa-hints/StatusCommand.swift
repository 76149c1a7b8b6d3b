// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Ledger
import Presentation
import Service

/// `numa-hints status`: who holds what.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows who holds what, node by node.",
        discussion: """
            The nodes of the machine as boxes, with what is free and who holds the rest; below them the pods. Nothing \
            is changed, and nobody is waited for. Where the machine or a provider fails, a warning says so, and the \
            pods are shown alone.

            A pod that is "intended" was being admitted, one that is "releasing" was being released, when the process \
            that did it ended, or does it still.

            Examples:
              numa-hints status
              numa-hints status --machine server.xml --ledger ./ledger.db -o json

            Exit codes: 0 done; 2 usage or bad input; 3 the ledger cannot be read.
            """)

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions
    @OptionGroup var service: SocketOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let others = machine.given + kubelet.given + providers.given + ledgerOptions.given
        if try service.ask(output, without: others, { .status }) { return }
        let path = try ledgerOptions.path()
        let held = try ledgerOptions.reading { try $0.holdings() } ?? (pods: [], memory: [])
        let report = try StatusReport.of(held, machine, kubelet, providers, ledgerOptions)
        for warning in report.warnings { Standard.error("numa-hints: warning: \(warning)") }
        try output.print(report) {
            HoldingsText.of(
                held.pods, report, ledger: path, width: Terminal.width, hasColour: Terminal.hasColour)
        }
    }
}
