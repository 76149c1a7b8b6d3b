// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Ledger
import NUMACore
import NUMAHints
import Presentation
import ProviderHost

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
    @OptionGroup var output: OutputOptions

    func run() throws {
        let path = try ledgerOptions.path()
        let held = try ledgerOptions.reading { try $0.holdings() } ?? (pods: [], memory: [])
        let report = try report(held)
        for warning in report.warnings { Standard.error("numa-hints: warning: \(warning)") }
        try output.print(report) {
            let picture = report.picture(width: Terminal.width, hasColour: Terminal.hasColour)
            let pods = held.pods.map { HoldingsText($0).text }.joined(separator: "\n")
            return (picture.isEmpty ? "" : picture + "\n") + (pods.isEmpty ? "nothing is held (\(path))\n" : pods)
        }
    }

    private func report(_ held: (pods: [LedgerPod], memory: [LedgerMemory])) throws -> StatusReport {
        do {
            var found: (machine: Machine, books: ProviderBooks, warnings: [String])?
            try Session.withNode(machine, kubelet, nil, providers, ledgerOptions) { node in
                if let refusal = node.refusals.first { throw NUMAHintsError(.provider, refusal) }
                let lost = try node.restore(held.pods, held.memory).map(\.description)
                found = (node.machine, try node.books(), node.warnings + lost)
            }
            guard let found else { return StatusReport(held.pods) }
            return StatusReport(held.pods, on: found.machine, books: found.books, warnings: found.warnings)
        } catch let error as NUMAHintsError where error.code.exitStatus == NUMAHintsError.Code.state.exitStatus {
            return StatusReport(held.pods, warnings: ["only what the ledger says is shown: \(error)"])
        }
    }
}

extension Node {
    /// What the books of all providers say.
    fileprivate func books() throws(NUMAHintsError) -> ProviderBooks {
        var books = ProviderBooks()
        for provider in registry.providers {
            do throws(ProviderFailure) {
                books.stock += try provider.stock()
                if books.sharedCPUs == nil { books.sharedCPUs = try provider.sharedCPUs() }
                guard let ids = try provider.deviceIDs() else { continue }
                books.listedResources += ids.keys.sorted()
                books.devices += try provider.devices()
            } catch {
                throw NUMAHintsError(.provider, "\(error)", file: provider.path)
            }
        }
        return books
    }
}
