// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A container that holds something in a provider's books.
public struct PodHolder: Hashable, Sendable {
    public var podUID: String
    public var container: String
    public var kind: ContainerSpec.Kind

    public init(podUID: String, container: String, kind: ContainerSpec.Kind) {
        self.podUID = podUID
        self.container = container
        self.kind = kind
    }

    /// The request's subject.
    public init(_ request: ResourceRequest) throws(ProviderError) {
        let subject = try request.requireSubject()
        self.init(podUID: request.pod.uid, container: subject.name, kind: subject.kind)
    }

    /// Whether a release of that holder frees what this one has.
    public func isPart(of holder: Holder) -> Bool {
        podUID == holder.podUID && (holder.container ?? container) == container
    }

    /// Whether this is the subject of the request, or, of a whole pod, one of its containers.
    public func isSubject(of request: ResourceRequest) -> Bool {
        podUID == request.pod.uid && (request.subject?.name ?? container) == container
    }
}
