// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Over what hints are merged: each container for itself, or the pod as one.
///
/// Source: https://kubernetes.io/docs/tasks/administer-cluster/topology-manager/#topology-manager-scopes
public enum Scope: String, Hashable, Sendable, CaseIterable {
    case container
    case pod

    /// What is merged for a pod, in order: places in `pod.containers`, or nil for the whole pod.
    public func units(of pod: PodSpec) -> [Int?] {
        switch self {
        case .container: Array(pod.containers.indices)
        case .pod: [nil]
        }
    }
}

extension PodSpec {
    /// What the whole pod requests, as Kubernetes counts it for scheduling: the larger of what runs at
    /// last (containers and sidecars) and what runs during each init container (it, and the sidecars
    /// that were started before it).
    ///
    /// Source: KEP-753, sidecar containers, "Resources calculation".
    public var effectiveRequests: ResourceAmounts {
        var running: ResourceAmounts = [:]
        var highest: ResourceAmounts = [:]
        for container in containers {
            switch container.kind {
            case .app, .sidecar:
                running.add(container.requests)
            case .initialization:
                var during = running
                during.add(container.requests)
                highest.raise(to: during)
            }
        }
        highest.raise(to: running)
        return highest
    }
}
