// SPDX-License-Identifier: Apache-2.0

import Admission
package import Enforcement
package import NUMACore

/// What was found of one container.
package struct ContainerVerification: Sendable {
    package var pod: String
    package var holder: Holder
    /// Where it was looked for: `cgroup /kubepods/...`, `process 12`; nil if it is nowhere yet.
    package var place: String?
    package var findings: [Verifier.Finding]
    /// What it holds of devices, in the order in which they were given.
    package var devices: [DevicePlace]

    package var hasDrift: Bool { findings.contains { $0.kind == .drift } }
}

/// Where containers are, against where they were admitted.
extension AllocationReader {
    /// Looks where threads and pages of containers are.
    ///
    /// - Parameters:
    ///   - wanted: the pod or container that is meant; nil for all.
    ///   - repairs: bring back what is elsewhere, and look again.
    /// - Throws: of code `input` if the ledger does not have what is meant.
    package func verify(_ wanted: Holder?, repairs: Bool) throws(NUMAHintsError) -> [ContainerVerification] {
        if let wanted, wanted.container != nil { _ = try known(wanted) }
        let attachments = try ledger.attachments()
        var found: [ContainerVerification] = []
        var isKnown = wanted == nil
        for pod in try ledger.pods() where wanted == nil || pod.uid == wanted?.podUID {
            isKnown = true
            for (container, pieces) in zip(pod.admission.pod.containers, pod.admission.pieces) {
                if let name = wanted?.container, name != container.name { continue }
                let holder = Holder(podUID: pod.uid, container: container.name)
                let attachment = attachments.first { $0.uid == pod.uid && $0.container == container.name }
                found.append(try verify(holder, pieces, of: pod, attachment, repairs))
            }
        }
        guard isKnown else { throw NUMAHintsError(.input, "the ledger has no pod \(wanted?.podUID ?? "")") }
        return found
    }

    private func verify(
        _ holder: Holder, _ pieces: [Assignment], of pod: LedgerPod, _ attachment: LedgerAttachment?, _ repairs: Bool
    ) throws(NUMAHintsError) -> ContainerVerification {
        let spec = pod.admission.pod
        var result = ContainerVerification(
            pod: "\(spec.namespace)/\(spec.name)", holder: holder, place: nil, findings: [], devices: [])
        result.devices = try devices(among: pieces)
        result.findings = findings(of: result.devices)
        let confinement = try confinement(pieces, of: spec, holder.container ?? "")
        let nodes = pieces.contains(where: \.isMemory) ? confinement.nodes : nil
        let (proc, verifier) = (ProcFiles(), Verifier())
        var processes: [Int32] = []
        if let attachment {
            let tree = try CgroupTree(root: attachment.root)
            guard tree.exists(attachment.group) else { return result }
            result.place = "cgroup \(attachment.group)"
            if repairs { try CgroupConfiner(tree).confine(attachment.group, to: confinement) }
            result.findings += try verifier.verify(attachment.group, in: tree, confinement)
            processes = try tree.processes(of: attachment.group)
        } else if spec.namespace == NodeAllocator.runNamespace, let process = ProcessIdentity(pod.uid),
            process.isAlive()
        {
            result.place = "process \(process.pid)"
            processes = proc.family(of: process.pid)
        }
        for pid in processes {
            if repairs {
                try ProcessRepair.confine(pid, to: confinement.cpus, proc)
                if let nodes { try ProcessRepair.migrate(pid, from: machine.nodeMask, to: nodes) }
            }
            result.findings += try verifier.verify(pid, cpus: confinement.cpus, nodes: nodes)
        }
        return result
    }

    /// A line for each that is elsewhere, and one for all others.
    private func findings(of devices: [DevicePlace]) -> [Verifier.Finding] {
        let elsewhere = devices.filter(\.isDrift)
        var findings = elsewhere.map { Verifier.Finding(kind: .drift, text: $0.text) }
        let others = devices.count - elsewhere.count
        if others > 0 {
            let text = others == 1 ? "1 device is where it was" : "\(others) devices are where they were"
            findings.append(Verifier.Finding(kind: .fine, text: text))
        }
        return findings
    }
}

extension Assignment {
    fileprivate var isMemory: Bool { if case .memory = piece { true } else { false } }
}
