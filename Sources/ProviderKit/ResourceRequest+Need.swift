// SPDX-License-Identifier: Apache-2.0

public import NUMACore

extension ResourceRequest {
    /// How much the subject needs: of a container what `amount` says; of a whole pod, as Kubernetes
    /// counts: its apps and sidecars in sum, or an init container with the sidecars before it if that
    /// is more.
    ///
    /// Source: KEP-753, "Resources calculation for scheduling and pod admission".
    public func need(_ amount: (ContainerSpec) -> UInt64) -> UInt64 {
        if let subject { return amount(subject) }
        var (sidecars, apps, initial) = (UInt64(0), UInt64(0), UInt64(0))
        for container in pod.containers {
            let own = amount(container)
            switch container.kind {
            case .app: apps = apps.addingClamped(own)
            case .sidecar: sidecars = sidecars.addingClamped(own)
            case .initialization: initial = max(initial, sidecars.addingClamped(own))
            }
        }
        return max(initial, apps.addingClamped(sidecars))
    }

    /// The containers that the request is about: the subject, or all.
    public var subjects: [ContainerSpec] { subject.map { [$0] } ?? pod.containers }

    /// The container to place, or an error if the request is about a whole pod.
    public func requireSubject() throws(ProviderError) -> ContainerSpec {
        guard let subject else {
            throw ProviderError(
                .invalid, "a pod is prepared container by container, and the request names none")
        }
        return subject
    }

    /// What the subject has already; of a pod nothing, since its containers are asked one by one.
    public var heldBySubject: [Assignment] {
        guard let container, held.indices.contains(container) else { return [] }
        return held[container]
    }
}
