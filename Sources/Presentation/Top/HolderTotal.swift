// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore

/// All that one container holds, of whatever node.
struct HolderTotal: Sendable {
    /// The pod's namespace and name, and the container's; what is not settled is marked.
    var holder: String
    var amounts: ResourceAmounts
    var nodes: NUMANodeMask

    /// Those who hold something, the largest first: by CPUs, then memory, then the other resources in their order.
    static func all(_ pods: [StatusReport.PodReport], order: [ResourceName]) -> [HolderTotal] {
        var totals: [HolderTotal] = []
        for pod in pods {
            let state = pod.state == LedgerPod.State.committed.rawValue ? "" : " (\(pod.state))"
            for container in pod.containers {
                let total = HolderTotal(
                    "\(pod.namespace)/\(pod.name)/\(container.allocation.container)\(state)", container.allocation)
                if !total.amounts.isEmpty { totals.append(total) }
            }
        }
        return totals.sorted { one, other in
            for resource in order {
                let (first, second) = (one.amounts[resource] ?? 0, other.amounts[resource] ?? 0)
                if first != second { return first > second }
            }
            return one.holder.utf8.lexicographicallyPrecedes(other.holder.utf8)
        }
    }

    private init(_ holder: String, _ allocation: ExplanationReport.AllocationReport) {
        self.holder = holder
        amounts = [:]
        nodes = []
        for piece in allocation.assignments {
            let resource = ResourceName(piece.resource)
            let count = piece.cpus.flatMap { CPUSet(list: $0)?.count }.map { UInt64($0) * 1000 }
            let amount = count ?? piece.bytes ?? 1
            amounts[resource] = (amounts[resource] ?? 0).addingClamped(amount)
            nodes = nodes.union(NUMANodeMask(piece.nodes ?? []))
        }
    }
}
