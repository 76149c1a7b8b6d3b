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
            thread, node by node its pages, and the nodes of its devices. Pages of files elsewhere are harmless, \
            others may have put them there; pages of its own and huge pages elsewhere are drift, and so are devices \
            that are gone or on other nodes than they were admitted on. What the kernel has free on each node and \
            whether it moves pages by itself (kernel.numa_balancing) is told, and is no drift.

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
        var memory: [NodeMemory] = []
        var balances: Bool?
        try Session.withAllocator(
            machine, kubelet, nil, providers, ledgerOptions, history: .max, updatesSharers: false
        ) { allocator in
            found = try allocator.verify(wanted, repairs: repair)
            let free = allocator.freeMemory()
            for line in free.problems { Standard.error("numa-hints: warning: \(line)") }
            memory = free.nodes
            balances = allocator.balancesNUMA
        }
        let report = VerifyReport(
            numaBalancing: balances, nodes: memory.map(VerifyReport.Node.init),
            containers: found.map(VerifyReport.Container.init))
        try output.print(report) { report.text(Emphasis(isOn: Terminal.hasColour)) }
        if report.drift { throw ExitCode(1) }
    }
}

extension VerifyReport.Node {
    init(_ memory: NodeMemory) {
        let pools = memory.hugepages.map {
            VerifyReport.Hugepages(
                resource: $0.resource.rawValue, freeBytes: $0.freeBytes, totalBytes: $0.totalBytes)
        }
        self.init(node: memory.node, freeBytes: memory.free, hugepages: pools)
    }
}

extension VerifyReport.Container {
    init(_ container: ContainerVerification) {
        let findings = container.findings.map {
            VerifyReport.Finding(kind: $0.kind.rawValue, pid: $0.pid, text: $0.text)
        }
        let devices = container.devices.map {
            VerifyReport.Device(
                resource: $0.resource.rawValue, id: $0.id, drift: $0.isDrift, admittedNodes: $0.admitted.members,
                nodes: $0.nodes?.members, text: $0.text)
        }
        self.init(
            pod: container.pod, uid: container.holder.podUID, container: container.holder.container ?? "",
            place: container.place, findings: findings, devices: devices)
    }
}
