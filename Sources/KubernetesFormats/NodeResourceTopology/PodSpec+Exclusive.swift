// SPDX-License-Identifier: Apache-2.0

public import NUMACore

extension PodSpec {
    /// Whether a NUMA-aware scheduler counts this pod among those with exclusive resources.
    ///
    /// It does where a container that lasts asks for
    /// 1. a device that the node's zones list, in any class of pod;
    /// 2. whole CPUs, memory or huge pages, in a Guaranteed pod.
    ///
    /// Source: kubernetes-sigs/scheduler-plugins, `pkg/noderesourcetopology/resourcerequests/exclusive.go`.
    ///
    /// - Parameter listed: the resources that the zones list.
    public func hasExclusiveResources(listed: Set<ResourceName>) -> Bool {
        containers.filter { $0.kind != .initialization }.flatMap(\.requests).contains { amount in
            switch amount.resource.unit {
            case .millicpus: qos == .guaranteed && amount.quantity > 0 && amount.quantity % 1000 == 0
            case .bytes: qos == .guaranteed && amount.quantity > 0
            case .pieces: amount.resource.isExtended && listed.contains(amount.resource)
            }
        }
    }
}

extension ResourceName {
    /// Whether it is none of Kubernetes' own: has a domain, and not one of `kubernetes.io`.
    ///
    /// Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources
    fileprivate var isExtended: Bool { rawValue.contains("/") && !rawValue.contains("kubernetes.io/") }
}
