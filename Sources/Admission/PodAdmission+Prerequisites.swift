// SPDX-License-Identifier: Apache-2.0

import HintMerge
import NUMACore

/// What is known of a pod before any provider is asked.
extension PodAdmission {
    /// Resources of which Kubernetes itself keeps count, and which have no place on the machine.
    private static let placeless: [ResourceName] = ["ephemeral-storage", "storage"]

    /// A line for each resource that the pod asks for and nobody answers for, in order of name.
    func unclaimed(of pod: PodSpec) -> [Reason] {
        var names: [ResourceName] = []
        for container in pod.containers {
            for amount in container.requests where amount.quantity > 0 && !names.contains(amount.resource) {
                names.append(amount.resource)
            }
        }
        return names.sorted()
            .filter { !Self.placeless.contains($0) && !isClaimed($0) }
            .map {
                Reason(
                    "no provider answers for \($0): it has no preference for a node",
                    code: "unclaimed-resource", facts: [Reason.Fact("resource", $0.rawValue)])
            }
    }

    private func isClaimed(_ resource: ResourceName) -> Bool {
        providers.contains { $0.claims.contains { $0.covers(resource) } }
    }

    func refusalWithoutHints(of trace: DecisionTrace) -> Refusal? {
        if settings.refusesUnclaimed, let first = trace.warnings.first {
            let names = trace.warnings.flatMap { $0.facts.map(\.value) }.joined(separator: ", ")
            let text =
                trace.warnings.count == 1
                ? "no provider answers for \(names)" : "no providers answer for \(names)"
            return Refusal(
                .unclaimedResource, container: nil, reason: Reason(text, code: first.code, facts: first.facts)
            )
        }
        if trace.pod.containers.isEmpty {
            return Refusal(.allocation, container: nil, reason: Reason("the pod has no container"))
        }
        guard let limit = settings.maxAllowableNUMANodes, settings.merge.policy != .none, nodes.count > limit
        else { return nil }
        let text = "the machine has \(nodes.count) NUMA nodes, max-allowable-numa-nodes allows \(limit)"
        return Refusal(.tooManyNodes, container: nil, reason: Reason(text, code: "too-many-numa-nodes"))
    }
}
