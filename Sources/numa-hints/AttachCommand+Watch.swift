// SPDX-License-Identifier: Apache-2.0

import Admission
import ArgumentParser
import Enforcement
import Glibc
import Ledger
import NUMACore
import NUMAHints
import Presentation
import ProviderHost

/// `numa-hints attach --watch`.
extension AttachCommand {
    /// Confines containers as their cgroups come, until SIGINT or SIGTERM.
    ///
    /// - Throws: for what is wrong at the start. Later failures are lines, and are tried again.
    func watch(_ tree: CgroupTree, _ host: String, every seconds: Double) throws {
        var interruption = Interruption()
        let warnings = SaidLines()
        if unsafe access(host + "/var/log/containers", F_OK) != 0 {
            warnings.warn("\(host)/var/log/containers is not there: no container is found until it is")
        }
        // A machine, settings, a provider or a ledger that cannot be used end it now, and not when a pod comes.
        try withAllocator(warnings) { _ in }
        var watch = ContainerWatch(tree, root: host)
        var devices = DeviceWatch()
        var problem = ""
        // These providers keep no books: they only look at their devices, as often as they see fit.
        try Session.withNode(machine, kubelet, nil, providers, ledgerOptions) { node in
            let watching = node.registry.providers
            for provider in watching { try provider.start() }
            repeat {
                do {
                    try lookAtDevices(of: watching, &devices)
                    try round(&watch, tree, warnings)
                    problem = ""
                } catch {
                    // Who refused a provider has said why.
                    let line = error is ExitCode ? "the providers cannot be used" : "\(error)"
                    if line != problem { Standard.error("numa-hints: \(line)") }
                    problem = line
                }
            } while !interruption.comes(within: seconds)
        }
    }

    /// Says which devices came, went, failed or recovered, and who holds them.
    private func lookAtDevices(of providers: [ProviderInstance], _ watch: inout DeviceWatch) throws {
        var listed: [ListedDevice] = []
        for provider in providers { listed += try provider.devices() }
        let changes = watch.look(at: listed)
        guard !changes.isEmpty else { return }
        let pods = try ledgerOptions.reading { try $0.pods() } ?? []
        for change in changes {
            let report = DeviceReport(
                event: change.kind.rawValue, change.resource, change.id, locality: change.locality,
                problem: change.problem, holder: Self.holder(of: change, among: pods))
            say(output.output == .text ? report.text : StoredText.of(report))
        }
    }

    private static func holder(of change: DeviceChange, among pods: [LedgerPod]) -> DeviceReport.Holder? {
        for pod in pods {
            let spec = pod.admission.pod
            for (container, pieces) in zip(spec.containers, pod.admission.pieces) {
                let isHeld = pieces.contains { piece in
                    guard case .device(let id, _) = piece.piece else { return false }
                    return id == change.id && piece.resource == change.resource
                }
                guard isHeld else { continue }
                return DeviceReport.Holder(
                    pod: "\(spec.namespace)/\(spec.name)", uid: pod.uid, container: container.name)
            }
        }
        return nil
    }

    /// Looks who has come, and confines them. The ledger is locked only if somebody has.
    private func round(_ watch: inout ContainerWatch, _ tree: CgroupTree, _ warnings: SaidLines) throws {
        let candidates =
            try ledgerOptions.reading {
                WatchedContainers.candidates(try $0.pods(), try $0.attachments(), root: tree.root)
            } ?? []
        let look = watch.look(for: candidates)
        for line in look.problems { warnings.warn(line) }
        guard !look.arrivals.isEmpty else { return }
        try withAllocator(warnings) { allocator in
            // Who shares CPUs leaves those that are others' alone before they come.
            for line in try allocator.updateSharers() { warnings.warn(line) }
            for arrival in look.arrivals { confine(arrival, by: allocator, tree, &watch) }
        }
    }

    private func confine(
        _ arrival: ContainerWatch.Arrival, by allocator: NodeAllocator, _ tree: CgroupTree,
        _ watch: inout ContainerWatch
    ) {
        let (name, pod, group) = (arrival.holder.container ?? "", arrival.pod, arrival.group)
        do throws(NUMAHintsError) {
            let confinement = try allocator.attach(arrival.holder, to: group, in: tree, partition: partition)
            watch.settle(arrival)
            let report = AttachReport(name, of: pod, in: group, AttachReport.Confined(confinement))
            say(output.output == .text ? report.longText : StoredText.of(report))
        } catch {
            // Who was released meanwhile, or has ended, is nobody's concern.
            guard error.code != .input, tree.exists(group), watch.fail(arrival, "\(error)") else { return }
            let report = AttachReport(name, of: pod, in: group, error: "\(error)")
            if output.output == .text {
                Standard.error("numa-hints: \(report.longText)")
            } else {
                say(StoredText.of(report))
            }
        }
    }

    /// At once, also into a pipe.
    private func say(_ line: String) {
        print(line)
        _ = fflush(nil)
    }

    private func withAllocator(_ warnings: SaidLines, _ body: (inout NodeAllocator) throws -> Void) throws {
        try Session.withAllocator(
            machine, kubelet, nil, providers, ledgerOptions, history: .max, warn: warnings.warn, body)
    }
}
