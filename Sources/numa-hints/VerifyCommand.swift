// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Enforcement
import NUMACore
import NUMAHints
import Presentation

/// `numa-hints verify`: committed against actual.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compares where containers were admitted with where their threads and pages are.",
        discussion: """
            For each container that was attached, and each command of run: the sets of its cgroup, the CPUs of every \
            thread, and node by node its pages. Pages of files elsewhere are harmless, others may have put them there; \
            pages of its own and huge pages elsewhere are drift.

            Examples:
              numa-hints verify
              numa-hints verify 1c2d3e4f-5a6b-7c8d-9e0f-112233445566/app --repair

            Exit codes: 0 all is as committed; 1 drift; 2 usage or bad input; 3 the machine, a provider or the ledger \
            failed.
            """)

    @Argument(
        help: ArgumentHelp(
            "The pod's uid, and a container's name; all if nothing is given.", valueName: "uid[/container]"))
    var holder: String?

    @Flag(help: "Write the cgroups again, move threads and pages back, and look again.")
    var repair = false

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let wanted = try holder.map { text in
            let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
            guard let uid = parts.first else {
                throw NUMAHintsError(.usage, "expected UID or UID/CONTAINER, found \"\(text)\"")
            }
            return Holder(podUID: uid, container: parts.count > 1 ? parts[1] : nil)
        }
        var found: [ContainerVerification] = []
        try Session.withAllocator(
            machine, kubelet, nil, providers, ledgerOptions, history: .max, updatesSharers: false
        ) { allocator in
            found = try allocator.verify(wanted, repairs: repair)
        }
        let report = VerifyReport(
            numaBalancing: ProcFiles().balancesNUMA,
            containers: found.map { container in
                VerifyReport.Container(
                    pod: container.pod, uid: container.holder.podUID, container: container.holder.container ?? "",
                    place: container.place,
                    findings: container.findings.map {
                        VerifyReport.Finding(kind: $0.kind.rawValue, pid: $0.pid, text: $0.text)
                    })
            })
        try output.print(report) { report.text(Emphasis(isOn: Terminal.hasColour)) }
        if report.drift { throw ExitCode(1) }
    }
}
