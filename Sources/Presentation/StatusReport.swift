// SPDX-License-Identifier: Apache-2.0

public import Admission
import NUMACore

/// Who holds what as data: what `status -o json` and `-o yaml` print.
public struct StatusReport: Encodable, Sendable {
    var schemaVersion = 1
    /// In the order of their admission.
    var pods: [PodReport]

    public init(_ pods: [LedgerPod]) { self.pods = pods.map { PodReport($0) } }

    struct PodReport: Encodable {
        var uid: String
        var namespace: String
        var name: String
        var admitted: String
        var state: String
        var sequence: UInt64
        var containers: [ContainerReport]

        init(_ pod: LedgerPod) {
            let spec = pod.admission.pod
            uid = spec.uid
            namespace = spec.namespace
            name = spec.name
            admitted = pod.admission.time
            state = pod.state.rawValue
            sequence = pod.sequence
            containers = spec.containers.indices.map { index in
                ContainerReport(
                    Allocation(container: spec.containers[index].name, assignments: pod.admission.pieces[index]),
                    pod.admission.affinities[index])
            }
        }
    }

    struct ContainerReport: Encodable {
        var allocation: ExplanationReport.AllocationReport
        /// Null where nobody was asked.
        @Null var affinity: AffinityReport?

        init(_ allocation: Allocation, _ affinity: LedgerAffinity?) {
            self.allocation = ExplanationReport.AllocationReport(allocation)
            self.affinity = affinity.map { AffinityReport($0) }
        }
    }

    struct AffinityReport: Encodable {
        @Null var nodes: [Int]?
        var preferred: Bool

        init(_ affinity: LedgerAffinity) {
            nodes = affinity.nodes?.members
            preferred = affinity.isPreferred
        }
    }
}
