// SPDX-License-Identifier: Apache-2.0

import Admission
package import Enforcement
package import NUMACore

/// What single processes hold, without any pod of Kubernetes.
extension NodeAllocator {
    /// The namespace of pods that stand for a process; their uid says which.
    package static let runNamespace = "run"

    /// What is decided about for a process: one container, which has what it asks for alone.
    package static func pod(of process: ProcessIdentity, name: String, _ requests: ResourceAmounts) -> PodSpec {
        PodSpec(
            uid: process.description, namespace: runNamespace, name: name,
            containers: [ContainerSpec(name: name, requests: requests, limits: requests)], qos: .guaranteed)
    }

    /// Puts a process that waits to be run into a cgroup of its own, held to what it was given.
    ///
    /// The ledger learns it first, so that whoever finds that the process has ended can remove the group.
    ///
    /// - Throws: of code `machine` if that cannot be; neither the group nor a word of it is then left.
    package func confine(_ process: ProcessIdentity, container: String, in place: RunCgroup) throws(NUMAHintsError) {
        let uid = process.description
        let wanted = try confinement(of: Holder(podUID: uid, container: container))
        try ledger.attach(
            LedgerAttachment(uid: uid, container: container, root: place.tree.root, group: place.group))
        do throws(NUMAHintsError) {
            try place.take(process.pid, wanted)
        } catch {
            try ledger.detach(uid: uid, container: container)
            throw error
        }
    }

    /// Frees what processes hold that have ended without giving it back, and removes the cgroups that were made for
    /// them.
    ///
    /// - Parameter own: the uid of a pod that the caller is about to release.
    /// - Returns: a line for each.
    package mutating func releaseEnded(besides own: String? = nil) throws(NUMAHintsError) -> [String] {
        var lines: [String] = []
        var attachments: [LedgerAttachment]?
        for pod in try ledger.pods() where pod.admission.pod.namespace == Self.runNamespace && pod.uid != own {
            guard let process = ProcessIdentity(pod.uid), !process.isAlive() else { continue }
            if attachments == nil { attachments = try ledger.attachments() }
            for attachment in attachments ?? [] where attachment.uid == pod.uid {
                // What runs in the group still keeps it; it is removed when the next group is made beside it.
                guard let tree = try? CgroupTree(root: attachment.root) else { continue }
                try? RunCgroup.remove(attachment.group, of: process, in: tree)
            }
            _ = try release(Holder(podUID: pod.uid))
            lines.append("\(pod.admission.pod.name): its process \(process.pid) has ended, what it held is free")
        }
        return lines
    }
}
