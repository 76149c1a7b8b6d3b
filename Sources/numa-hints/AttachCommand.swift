// SPDX-License-Identifier: Apache-2.0

import Admission
public import ArgumentParser
public import Enforcement
import NUMACore
import NUMAHints
import Presentation
import Service

/// `numa-hints attach`: lets the kernel hold containers to what they were given.
struct AttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Writes what a container was given into its cgroup.",
        discussion: """
            The CPUs and memory nodes of the container's cgroup become those that it was admitted with, and its huge \
            pages are limited to what it holds; a container without CPUs of its own gets those that nobody has alone. \
            If that fails the cgroup is as it was, and the container is released.

            With --watch it goes on until SIGINT or SIGTERM: each container of the ledger is confined when its cgroup \
            comes, and again when it comes anew. One that cannot be is told once, is not released, and is tried again.

            The cgroup is found by the kubelet's rules (drivers cgroupfs and systemd), or named. A kubelet with the \
            static CPU manager policy writes its own sets over ours every ten seconds: set cpuManagerPolicy: none \
            there.

            Examples:
              numa-hints attach 1c2d3e4f-5a6b-7c8d-9e0f-112233445566/app
              numa-hints attach web/app --cgroup /machine.slice/web --partition isolated
              numa-hints attach web/app --pid 4711 -o json
              numa-hints attach --watch
              numa-hints attach --watch --interval 0.5 --host-root /host -o json

            Exit codes: 0 done, or asked to end; 2 usage or bad input; 3 the machine, a provider or the ledger failed.
            """)

    @Argument(help: ArgumentHelp("The pod's uid and the container's name.", valueName: "uid/container"))
    var holder: String?

    @Flag(help: "All containers of the ledger, whenever their cgroups come.")
    var watch = false

    @Option(help: ArgumentHelp("With --watch, how long it waits between two looks.", valueName: "seconds"))
    var interval: Double?

    @Option(help: ArgumentHelp("The cgroup, as a path below the root of the cgroups.", valueName: "path"))
    var cgroup: String?

    @Option(help: "A process in the cgroup.")
    var pid: Int32?

    @Option(
        help: "root or isolated: the kernel keeps all others off CPUs that the container has alone (cgroup v2).")
    var partition: CpusetPartition?

    @Option(help: ArgumentHelp("Where the cgroups are mounted.", valueName: "dir"))
    var cgroupRoot = "/sys/fs/cgroup"

    @Option(
        help: ArgumentHelp("Where the host's /var/log and /var/lib/kubelet are, if not at /.", valueName: "dir"))
    var hostRoot = "/"

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions
    @OptionGroup var service: SocketOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let wanted = try wanted()
        if let wanted {
            let asked = try service.ask(
                output,
                without: machine.given + kubelet.given + providers.given + ledgerOptions.given + [
                    ("--partition", partition != nil), ("--cgroup-root", cgroupRoot != "/sys/fs/cgroup"),
                    ("--host-root", hostRoot != "/"),
                ]
            ) { .attach(wanted, cgroup: cgroup, process: pid) }
            if asked { return }
        }
        guard service.socket == nil else {
            throw NUMAHintsError(.usage, "--watch looks at the ledger itself: leave out --socket")
        }
        let tree = try CgroupTree(root: cgroupRoot)
        if partition != nil, tree.version == .v1 {
            throw NUMAHintsError(
                .machine, "--partition is of cgroup v2, and here the cpusets are of v1", file: cgroupRoot)
        }
        let host = hostRoot.hasSuffix("/") ? String(hostRoot.dropLast()) : hostRoot
        if let line = KubeletConflict.warning(root: host) { Standard.error("numa-hints: warning: \(line)") }
        guard let wanted else { return try watch(tree, host, every: interval ?? 1) }
        try attach(wanted, tree, host)
    }

    /// The container that is meant; nil to watch for all.
    private func wanted() throws -> Holder? {
        guard watch else {
            guard interval == nil else { throw NUMAHintsError(.usage, "--interval is for --watch") }
            guard let holder else {
                throw NUMAHintsError(.usage, "expected UID/CONTAINER, or --watch for all containers")
            }
            let parts = holder.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw NUMAHintsError(.usage, "expected UID/CONTAINER, found \"\(holder)\"")
            }
            guard cgroup == nil || pid == nil else {
                throw NUMAHintsError(.usage, "--cgroup and --pid both name the cgroup: give one of them")
            }
            return Holder(podUID: parts[0], container: parts[1])
        }
        guard holder == nil else {
            throw NUMAHintsError(.usage, "--watch is for all containers: leave out \"\(holder ?? "")\", or --watch")
        }
        guard cgroup == nil, pid == nil else {
            throw NUMAHintsError(
                .usage, "--watch finds the cgroups by itself: leave out \(cgroup == nil ? "--pid" : "--cgroup")")
        }
        guard interval.map({ (0.01...3600).contains($0) }) ?? true else {
            throw NUMAHintsError(.usage, "--interval must be 0.01 to 3600 seconds, found \(interval ?? 0)")
        }
        guard output.output != .yaml else {
            throw NUMAHintsError(.usage, "--watch prints text, or JSON on a line each: -o text or -o json")
        }
        return nil
    }

    private func attach(_ wanted: Holder, _ tree: CgroupTree, _ host: String) throws {
        let place: CgroupPlace =
            if let cgroup { .path(cgroup) } else if let pid { .process(pid) } else { .kubelet(root: host) }
        try Session.withAllocator(machine, kubelet, nil, providers, ledgerOptions, history: .max) { allocator in
            let attached = try allocator.attach(wanted, at: place, in: tree, partition: partition) {
                Standard.error("numa-hints: warning: \($0)")
            }
            let report = AttachReport(
                wanted.container ?? "", of: attached.pod, in: attached.group,
                AttachReport.Confined(attached.confinement))
            try output.print(report) { report.text + "\n" }
        }
    }
}

extension CpusetPartition: ExpressibleByArgument {}
