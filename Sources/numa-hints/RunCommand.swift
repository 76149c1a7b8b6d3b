// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Enforcement
import Explanation
import Glibc
import KubernetesFormats
import NUMACore
import NUMAHints

/// `numa-hints run`: numactl with a memory.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Reserves CPUs, memory and devices, and runs a command on them.",
        discussion: """
            The command runs on the CPUs that it is given, its memory and huge pages come from the nodes where they \
            were reserved, and all of it is free again when it ends, however it ends. A reservation binds those alone \
            who ask numa-hints: other processes are not kept off.

            Without --cpus it runs on the CPUs that nobody has alone; without --memory or huge pages the kernel \
            chooses the nodes.

            Where cgroups of version 2 may be written, the command gets one of its own, which holds all that it \
            starts to the CPUs, the nodes and the amounts of huge pages; else the CPUs and the memory policy are set \
            for the process alone, and those that it starts inherit them.

            Examples:
              numa-hints run --cpus 4 --memory 16Gi -- ./server
              numa-hints run --cpus 2 --hugepages-1Gi 2Gi --policy single-numa-node -- dpdk-testpmd -l 0-1
              numa-hints run --wait --device nvidia.com/gpu=1 --cpus 8 -- python3 train.py

            Exit codes: those of the command, 128+n if the signal n ended it; 125 if it was refused or numa-hints \
            failed, 126 if it cannot be run, 127 if it is not found.
            """)

    @Option(help: "How many CPUs it has alone.")
    var cpus: Int?

    @Option(help: ArgumentHelp("How much memory, e.g. 16Gi.", valueName: "bytes"))
    var memory: String?

    @Option(
        name: .customLong("hugepages-1Gi"), help: ArgumentHelp("Huge pages of 1 GiB, e.g. 2Gi.", valueName: "bytes"))
    var giantPages: String?

    @Option(
        name: .customLong("hugepages-2Mi"), help: ArgumentHelp("Huge pages of 2 MiB, e.g. 512Mi.", valueName: "bytes"))
    var hugepages: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Devices of a resource, e.g. nvidia.com/gpu=1; may be repeated.", valueName: "resource=count"))
    var device: [String] = []

    @Flag(help: "Wait until there is enough, and say what for.")
    var wait = false

    @Flag(help: "Make no cgroup: CPU affinity and memory policy alone.")
    var noCgroup = false

    @Option(help: ArgumentHelp("Where the cgroups are mounted.", valueName: "dir"))
    var cgroupRoot = "/sys/fs/cgroup"

    @Flag(help: "Say where the command runs, and by what it is held there.")
    var verbose = false

    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var rules: RuleOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions

    @Argument(parsing: .postTerminator, help: ArgumentHelp("What to run, after --.", valueName: "command"))
    var command: [String] = []

    func run() throws {
        let requests = try requests()
        guard let program = command.first else {
            throw NUMAHintsError(.usage, "expected a command after --, as in: numa-hints run --cpus 2 -- ./server")
        }
        let name = String(program.split(separator: "/").last ?? "command")
        var shown = ""
        while true {
            let child = try make()
            guard let process = ProcessIdentity(pid: child.pid) else {
                child.cancel()
                throw NUMAHintsError(.machine, "process \(child.pid) cannot be found in /proc")
            }
            let outcome: Reservation
            do {
                outcome = try reserve(NodeAllocator.pod(of: process, name: name, requests), process)
            } catch {
                child.cancel()
                throw error
            }
            switch outcome {
            case .given(let place):
                if verbose { Standard.error("numa-hints: \(name) runs \(place)") }
                return try end(child, process, place)
            case .refused(let reason):
                child.cancel()
                guard wait else {
                    Standard.error("numa-hints: \(name) is refused: \(reason)")
                    throw ExitCode(125)
                }
                if reason != shown { Standard.error("numa-hints: \(name) waits: \(reason)") }
                shown = reason
                sleep(1)
            }
        }
    }

    private enum Reservation {
        case given(RunPlace)
        case refused(String)
    }

    private func make() throws -> ConfinedChild {
        do throws(ConfinedChild.Failure) {
            return try ConfinedChild(command)
        } catch {
            Standard.error("numa-hints: \(error)")
            throw ExitCode(error.exitStatus)
        }
    }

    private func reserve(_ pod: PodSpec, _ process: ProcessIdentity) throws -> Reservation {
        var reservation = Reservation.refused("nothing was decided")
        try withAllocator { allocator in
            switch try allocator.admit(pod) {
            case .held(let known):
                throw NUMAHintsError(
                    .state, "process \(pod.uid) holds something already, since \(known.admission.time)")
            case .decided(let decision):
                guard decision.trace.verdict.isAdmitted else {
                    reservation = .refused(decision.explanation.reason?.text ?? "no reason is known")
                    return
                }
                let pieces = decision.trace.allocations.flatMap(\.assignments)
                let own = Confinement(pieces, shared: [], all: [])
                let cpus = own.cpus.isEmpty ? try allocator.sharedCPUs() ?? [] : own.cpus
                var place = RunPlace(
                    cpus: cpus.isEmpty ? nil : cpus, nodes: own.nodes.isEmpty ? nil : own.nodes)
                do throws(NUMAHintsError) {
                    let group = try group(of: process)
                    try allocator.confine(process, container: pod.name, in: group)
                    place.cgroup = .made(group)
                    // Who shares CPUs follows its cgroup, which follows what others get and free.
                    if own.cpus.isEmpty { place.affinity = allocator.machineCPUs }
                } catch {
                    place.cgroup = .none("\(error)")
                }
                reservation = .given(place)
            }
        }
        return reservation
    }

    /// The cgroup that a process is to get.
    ///
    /// - Throws: of code `machine`, why there is none.
    private func group(of process: ProcessIdentity) throws(NUMAHintsError) -> RunCgroup {
        guard !noCgroup else { throw NUMAHintsError(.machine, "--no-cgroup was given") }
        return try RunCgroup(of: process, in: CgroupTree(root: cgroupRoot))
    }

    /// Lets the child run and ends as it does.
    private func end(_ child: ConfinedChild, _ process: ProcessIdentity, _ place: RunPlace) throws {
        var status: Int32
        do throws(ConfinedChild.Failure) {
            try child.run(cpus: place.affinity, nodes: place.nodes)
            status =
                switch child.wait() {
                case .status(let status): status
                case .signal(let signal): 128 + signal
                }
        } catch {
            _ = child.wait()
            Standard.error("numa-hints: \(error)")
            status = error.exitStatus
        }
        do {
            try withAllocator(own: process) { allocator in
                // Nobody else writes the group as long as the ledger is this process's.
                remove(place.cgroup)
                _ = try allocator.release(Holder(podUID: process.description))
            }
        } catch {
            // The next one that uses the ledger frees it, since the process has ended.
            Standard.error("numa-hints: warning: \(error)")
        }
        throw ExitCode(status)
    }

    private func remove(_ cgroup: RunPlace.Cgroup) {
        guard case .made(let group) = cgroup else { return }
        do throws(NUMAHintsError) { try group.remove() } catch {
            // What the command left behind runs in it still; it is removed when the next group is made beside it.
            if verbose { Standard.error("numa-hints: \(error)") }
        }
    }

    private func withAllocator(
        own: ProcessIdentity? = nil, _ body: (inout NodeAllocator) throws -> Void
    ) throws {
        let live = try MachineOptions.parse([])
        // Who asks for something here means it: what nobody gives is not left out.
        var strict = rules
        strict.strict = true
        try Session.withAllocator(
            live, kubelet, strict, providers, ledgerOptions, history: .max, own: own?.description, body)
    }

    private func requests() throws -> ResourceAmounts {
        var requests: ResourceAmounts = [:]
        if let cpus {
            guard (1...65536).contains(cpus) else {
                throw NUMAHintsError(.usage, "--cpus must be 1 to 65536, found \(cpus)")
            }
            requests[.cpu] = UInt64(cpus) * 1000
        }
        for (option, resource, text) in [
            ("--memory", ResourceName.memory, memory), ("--hugepages-1Gi", "hugepages-1Gi", giantPages),
            ("--hugepages-2Mi", "hugepages-2Mi", hugepages),
        ] {
            guard let text else { continue }
            guard let bytes = Quantity(text)?.value, bytes > 0 else {
                throw NUMAHintsError(.usage, "\(option) must be an amount like 16Gi, found \"\(text)\"")
            }
            if let size = resource.hugepageSize, bytes % size != 0 {
                throw NUMAHintsError(.usage, "\(option) must be whole pages, found \"\(text)\"")
            }
            requests[resource] = bytes
        }
        for text in device {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let count = UInt64(parts[1]), (1...65536).contains(count) else {
                throw NUMAHintsError(
                    .usage, "--device must be a resource and a count, like nvidia.com/gpu=1, found \"\(text)\"")
            }
            let resource = ResourceName(String(parts[0]))
            requests[resource] = (requests[resource] ?? 0) + count
        }
        return requests
    }
}
