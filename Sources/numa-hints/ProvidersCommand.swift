// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NUMACore
import NUMAHints
import ProviderHost
import Presentation

/// `numa-hints providers`: what is loaded, and what is refused.
struct ProvidersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers",
        abstract: "Lists what is loaded, from where, and what it claims; what was refused, and why.",
        discussion: """
            Examples:
              numa-hints providers
              numa-hints providers --providers /opt/vendor/lib -o json

            Exit codes: 0 all were loaded; 2 usage or bad input; 3 something was refused.
            """
    )

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try Session.withNode(machine, kubelet, nil, providers) { try report(on: $0) }
    }

    private func report(on node: Node) throws {
        for warning in node.warnings { Standard.error("numa-hints: warning: \(warning)") }
        // What a process of its own does when it is asked belongs to what is shown of it.
        for provider in node.registry.providers where provider.isolation != nil { _ = try? provider.stock() }
        let report = ProvidersReport(
            source: try providers.source.search(node.settings).source,
            loaded: node.registry.providers.map {
                ProvidersReport.Loaded(
                    id: $0.id, version: $0.version, summary: $0.summary, path: $0.path,
                    claims: $0.claims.map(\.pattern), observes: $0.observes.map(\.pattern),
                    yields: $0.yielded.map { .init(resource: $0.claim.pattern, to: $0.to) },
                    process: $0.isolation.map {
                        .init(restarts: $0.restarts, isQuarantined: $0.isQuarantined, faults: $0.faults)
                    })
            },
            refused: node.refusals)
        try output.print(report) { report.text(Emphasis(isOn: Terminal.hasColour)) }
        if !node.refusals.isEmpty { throw ExitCode(NUMAHintsError.Code.provider.exitStatus) }
    }
}
