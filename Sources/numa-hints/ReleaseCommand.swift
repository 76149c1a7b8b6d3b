// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import FoundationEssentials
import Ledger
import NUMACore
import NUMAHints
import Presentation
import Service

/// `numa-hints release`: gives back what a pod, or one of its containers, has.
struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Gives back what a pod, or one of its containers, has.",
        discussion: """
            Releasing what has nothing is fine.

            Examples:
              numa-hints release 1c2d3e4f-5a6b-7c8d-9e0f-112233445566
              numa-hints release 1c2d3e4f-5a6b-7c8d-9e0f-112233445566/unpack -o json
              numa-hints release 1c2d3e4f-5a6b-7c8d-9e0f-112233445566 --without-providers

            Exit codes: 0 it has nothing any more; 2 usage or bad input; 3 the machine, a provider or the ledger failed.
            """)

    @Argument(help: ArgumentHelp("The pod's uid, and a container's name.", valueName: "uid[/container]"))
    var holder: String

    @OptionGroup var machine: MachineOptions
    @OptionGroup var kubelet: KubeletOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var ledgerOptions: LedgerOptions
    @OptionGroup var service: SocketOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Forget the pod without asking the providers, e.g. after the machine lost what it has.")
    var withoutProviders = false

    func run() throws {
        let parts = holder.split(separator: "/", maxSplits: 1).map(String.init)
        guard let uid = parts.first, !uid.isEmpty, !holder.hasSuffix("/"), !holder.hasPrefix("/") else {
            throw NUMAHintsError(.usage, "expected UID or UID/CONTAINER, found \"\(holder)\"")
        }
        let wanted = Holder(podUID: uid, container: parts.count > 1 ? parts[1] : nil)
        let others = machine.given + kubelet.given + providers.given + ledgerOptions.given
        if try service.ask(output, without: others + [("--without-providers", withoutProviders)], { .release(wanted) })
        {
            return
        }
        guard withoutProviders else {
            return try Session.withAllocator(machine, kubelet, nil, providers, ledgerOptions, history: .max) {
                try say(wanted, $0.release(wanted), "released")
            }
        }
        guard wanted.container == nil else {
            throw NUMAHintsError(.usage, "--without-providers forgets a whole pod, not \"\(holder)\"")
        }
        try ledgerOptions.withLedger(history: .max) { ledger in
            let known = try ledger.pod(uid: uid)
            if let known { try ledger.remove(uid: uid, note(known)) }
            try say(wanted, known, "forgotten")
        }
    }

    private func note(_ pod: LedgerPod) -> LedgerNote {
        let name = "\(pod.admission.pod.namespace)/\(pod.admission.pod.name)"
        let summary = "forgotten without asking the providers"
        let stored = StoredRelease(pod: name, summary: summary, time: Date.now.formatted(.iso8601))
        return LedgerNote(
            decision: LedgerDecision(uid: pod.uid, name: name, verdict: "forgotten", text: StoredText.of(stored)))
    }

    private func say(_ wanted: Holder, _ had: LedgerPod?, _ verb: String) throws {
        let report = ReleaseReport(
            had == nil ? "nothing" : verb, uid: wanted.podUID, container: wanted.container, had: had)
        try output.print(report) {
            ReleaseText.of(wanted, had, verb)
        }
    }
}
