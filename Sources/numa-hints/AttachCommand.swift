// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Enforcement
import NUMACore
import NUMAHints

/// `numa-hints attach`: lets the kernel hold a container to what it was given.
struct AttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Writes what a container was given into its cgroup.",
        discussion: """
            The CPUs and memory nodes of the container's cgroup become those that it was admitted with, and its huge \
            pages are limited to what it holds; a container without CPUs of its own gets those that nobody has alone. \
            If that fails the cgroup is as it was, and the container is released.

            The cgroup is found by the kubelet's rules (drivers cgroupfs and systemd), or named. A kubelet with the \
            static CPU manager policy writes its own sets over ours every ten seconds: set cpuManagerPolicy: none \
            there.

            Examples:
              numa-hints attach 1c2d3e4f-5a6b-7c8d-9e0f-112233445566/app
              numa-hints attach web/app --cgroup /machine.slice/web
              numa-hints attach web/app --pid 4711

            Exit codes: 0 done; 2 usage or bad input; 3 the machine, a provider or the ledger failed.
            """)

    @Argument(help: ArgumentHelp("The pod's uid and the container's name.", valueName: "uid/container"))
    var holder: String

    @Option(help: ArgumentHelp("The cgroup, as a path below the root of the cgroups.", valueName: "path"))
    var cgroup: String?

    @Option(help: "A process in the cgroup.")
    var pid: Int32?

    @Option(help: ArgumentHelp("Where the cgroups are mounted.", valueName: "dir"))
    var cgroupRoot = "/sys/fs/cgroup"

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions

    func run() throws {
        let parts = holder.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw NUMAHintsError(.usage, "expected UID/CONTAINER, found \"\(holder)\"")
        }
        guard cgroup == nil || pid == nil else {
            throw NUMAHintsError(.usage, "--cgroup and --pid both name the cgroup: give one of them")
        }
        let wanted = Holder(podUID: parts[0], container: parts[1])
        let tree = try CgroupTree(root: cgroupRoot)
        try Session.withAllocator(machine, kubelet, nil, providers, ledgerOptions, history: .max) { allocator in
            let pod = try allocator.pod(of: wanted)
            let group = try group(of: parts[1], in: pod, tree)
            let confinement = try allocator.confinement(of: wanted)
            // A group that is not there is a mistake of the caller, and costs the container nothing.
            _ = try CpusetState(of: group, in: tree)
            // Who shares CPUs leaves those that are this container's alone before it comes.
            for line in try allocator.updateSharers() { Standard.error("numa-hints: warning: \(line)") }
            do throws(NUMAHintsError) {
                try allocator.attach(wanted, to: group, in: tree)
            } catch {
                _ = try allocator.release(wanted)
                throw NUMAHintsError(
                    error.code, "\(error.message); \(holder) is released", file: error.file, line: error.line)
            }
            var words = ["CPUs \(confinement.cpus.list)", "memory of nodes \(confinement.nodes.list)"]
            for pages in confinement.hugepages {
                let resource = ResourceName.hugepages(size: pages.size)
                words.append("\(resource) up to \(resource.text(of: pages.bytes))")
            }
            print("\(group): \(words.joined(separator: "; "))")
        }
    }

    private func group(of container: String, in pod: PodSpec, _ tree: CgroupTree) throws -> String {
        if let cgroup {
            // Also the whole path, as people copy it.
            let path = cgroup.hasPrefix(tree.root + "/") ? String(cgroup.dropFirst(tree.root.count)) : cgroup
            return path.hasSuffix("/") && path != "/" ? String(path.dropLast()) : path
        }
        if let pid { return try ProcessCgroup.group(of: pid, tree.version) }
        return try KubeletCgroups(tree).group(of: container, in: pod)
    }
}
