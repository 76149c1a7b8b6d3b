// SPDX-License-Identifier: Apache-2.0

package import Admission
package import Enforcement
package import NUMACore
package import ProviderHost

/// Who knows what pods hold, of which machine and by which providers.
package protocol AllocationReader {
    /// Their books are what the ledger says.
    var providers: [ProviderInstance] { get }
    var ledger: any AdmissionLedger { get }
    var machine: Machine { get }
}

extension AllocationReader {
    /// The CPUs that can be used.
    package var machineCPUs: CPUSet {
        CPUSet(machine.cpus.filter { $0.isOnline && $0.isAllowed }.map(\.id))
    }

    /// The CPUs on which those run that have none of their own; nil if no provider gives CPUs.
    package func sharedCPUs() throws(NUMAHintsError) -> CPUSet? {
        for provider in providers {
            do throws(ProviderFailure) {
                if let cpus = try provider.sharedCPUs() { return cpus }
            } catch {
                throw NUMAHintsError(.provider, "\(error)", file: provider.path)
            }
        }
        return nil
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
        return try confinement(pieces, of: pod, holder.container ?? "")
    }

    /// The same, of the pieces of a container.
    func confinement(
        _ pieces: [Assignment], of pod: PodSpec, _ container: String
    ) throws(NUMAHintsError) -> Confinement {
        let shared = try sharedCPUs() ?? machineCPUs
        guard !shared.isEmpty || pieces.contains(where: \.hasCPUs) else {
            throw NUMAHintsError(
                .provider, "pod \(pod.uid), \(container): no CPU is left for those that have none alone")
        }
        return Confinement(pieces, shared: shared, all: machine.nodeMask)
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
