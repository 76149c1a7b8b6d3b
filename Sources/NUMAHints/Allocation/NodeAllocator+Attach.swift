// SPDX-License-Identifier: Apache-2.0

import Admission
package import Enforcement
package import NUMACore

/// What the kernel is to hold a container to.
extension NodeAllocator {
    /// Holds a container to what it was given, and lets the ledger know where.
    ///
    /// - Parameter partition: what the group becomes if the container has CPUs alone; nil leaves that as it is.
    /// - Returns: what it is held to.
    /// - Throws: of code `machine` if the group is not there or takes no sets; it is then as it was.
    @discardableResult
    package func attach(
        _ holder: Holder, to group: String, in tree: CgroupTree, partition: CpusetPartition? = nil
    ) throws(NUMAHintsError) -> Confinement {
        var confinement = try confinement(of: holder)
        if try hasCPUs(holder) { confinement.partition = partition }
        let attachment = LedgerAttachment(
            uid: holder.podUID, container: holder.container ?? "", root: tree.root, group: group)
        // Who reads the machine and then the ledger must not take CPUs for lost that a partition has by then.
        if confinement.partition != nil { try ledger.attach(attachment) }
        do throws(NUMAHintsError) {
            try CgroupConfiner(tree).confine(group, to: confinement)
        } catch {
            if confinement.partition != nil {
                try ledger.detach(uid: attachment.uid, container: attachment.container)
            }
            throw error
        }
        if confinement.partition == nil { try ledger.attach(attachment) }
        return confinement
    }

    /// Whether a container has CPUs that nobody else has.
    ///
    /// - Throws: of code `input` if the ledger has no such pod, or that no such container.
    package func hasCPUs(_ holder: Holder) throws(NUMAHintsError) -> Bool {
        try known(holder).pieces.contains(where: \.hasCPUs)
    }

    /// The pod of a container that holds something, or could.
    ///
    /// - Throws: of code `input` if the ledger has no such pod, or that no such container.
    package func pod(of holder: Holder) throws(NUMAHintsError) -> PodSpec {
        try known(holder).pod
    }

    /// Where a container may run, and of which nodes its memory may be.
    package func confinement(of holder: Holder) throws(NUMAHintsError) -> Confinement {
        let (pod, pieces) = try known(holder)
        let shared = try sharedCPUs() ?? machineCPUs
        guard !shared.isEmpty || pieces.contains(where: \.hasCPUs) else {
            throw NUMAHintsError(
                .provider, "pod \(pod.uid), \(holder.container ?? ""): no CPU is left for those that have none alone")
        }
        return Confinement(pieces, shared: shared, all: nodes)
    }

    func known(_ holder: Holder) throws(NUMAHintsError) -> (pod: PodSpec, pieces: [Assignment]) {
        guard let pod = try ledger.pod(uid: holder.podUID)?.admission else {
            throw NUMAHintsError(.input, "the ledger has no pod \(holder.podUID): admit it first")
        }
        guard let index = pod.pod.containers.firstIndex(where: { $0.name == holder.container }) else {
            throw NUMAHintsError(.input, "pod \(holder.podUID) has no container \(holder.container ?? "")")
        }
        return (pod.pod, pod.pieces[index])
    }
}

extension Assignment {
    var hasCPUs: Bool { if case .cpus = piece { true } else { false } }
}
