// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Ledger
import NUMACore
import NUMAHints

/// `numa-hints release`: gives back what a pod, or one of its containers, has.
struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Gives back what a pod, or one of its containers, has.",
        discussion: """
            Releasing what has nothing is fine.

            Examples:
              numa-hints release 1c2d3e4f-5a6b-7c8d-9e0f-112233445566
              numa-hints release 1c2d3e4f-5a6b-7c8d-9e0f-112233445566/unpack
            """)

    @Argument(help: ArgumentHelp("The pod's uid, and a container's name.", valueName: "uid[/container]"))
    var holder: String

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(help: "Forget the pod without asking the providers, e.g. after the machine lost what it has.")
    var withoutProviders = false

    func run() throws {
        let parts = holder.split(separator: "/", maxSplits: 1).map(String.init)
        guard let uid = parts.first, !uid.isEmpty else {
            throw NUMAHintsError(.usage, "expected UID or UID/CONTAINER, found \"\(holder)\"")
        }
        guard !withoutProviders else {
            guard parts.count == 1 else {
                throw NUMAHintsError(.usage, "--without-providers forgets a whole pod, not \"\(holder)\"")
            }
            return try ledgerOptions.withLedger(history: 1000) { ledger in
                let known = try ledger.pod(uid: uid)
                try ledger.remove(uid: uid, .init())
                say(known.map { "\($0.admission.pod.namespace)/\($0.admission.pod.name)" }, "forgotten")
            }
        }
        let wanted = Holder(podUID: uid, container: parts.count > 1 ? parts[1] : nil)
        try Session.withAllocator(machine, kubelet, nil, providers, ledgerOptions, history: 1000) { allocator in
            let released = try allocator.release(wanted)
            say(released.map { "\($0.admission.pod.namespace)/\($0.admission.pod.name)" }, "released")
        }
    }

    private func say(_ name: String?, _ verb: String) {
        guard let name else { return print("\(holder) holds nothing") }
        let container = holder.contains("/") ? ", container \(holder.split(separator: "/", maxSplits: 1)[1])" : ""
        print("pod \(name)\(container): \(verb)")
    }
}
