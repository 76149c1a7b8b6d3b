// SPDX-License-Identifier: Apache-2.0

/// What is to be placed: one container of a pod, or the whole pod.
public struct ResourceRequest: Hashable, Sendable {
    /// All of the pod; providers add up a whole pod by the rules of their resource.
    public var pod: PodSpec
    /// The place of the container in `pod.containers`, or nil for the whole pod.
    public var container: Int?
    /// The nodes that hints may name. Never empty.
    public var candidateNodes: NUMANodeMask
    /// What containers of the pod have already, by their place in `pod.containers`.
    public var held: [[Assignment]]

    public init(pod: PodSpec, container: Int?, candidateNodes: NUMANodeMask, held: [[Assignment]] = []) {
        self.pod = pod
        self.container = container
        self.candidateNodes = candidateNodes
        self.held = held
    }

    /// The container to place, or nil for the whole pod.
    public var subject: ContainerSpec? {
        guard let container, pod.containers.indices.contains(container) else { return nil }
        return pod.containers[container]
    }

    /// The names of the resources that the subject asks for, in ascending order; of a whole pod, those that any
    /// container asks for.
    public var resources: [ResourceName] {
        if let subject { return subject.requests.resources }
        var names = ResourceAmounts()
        for container in pod.containers { names.raise(to: container.requests) }
        return names.resources
    }

    /// Whether the subject asks for such a resource or has a piece of it; of a whole pod, whether any container does.
    public func concerns(_ isMeant: (ResourceName) -> Bool) -> Bool {
        let places = container.map { $0..<($0 + 1) } ?? pod.containers.indices
        return places.contains { place in
            pod.containers.indices.contains(place)
                && pod.containers[place].requests.contains { isMeant($0.resource) }
                || held.indices.contains(place) && held[place].contains { isMeant($0.resource) }
        }
    }
}

/// Where a container is to go.
public struct Placement: Hashable, Sendable {
    /// What the hints were merged into; no mask means that the provider chooses.
    public var affinity: TopologyHint
    /// Pieces that must be among those given; what they leave open the provider chooses.
    public var wanted: [Assignment]

    public init(affinity: TopologyHint, wanted: [Assignment] = []) {
        self.affinity = affinity
        self.wanted = wanted
    }
}

/// Whose allocation is meant: a container's, or every one of a pod's.
public struct Holder: Hashable, Sendable {
    public var podUID: String
    public var container: String?

    public init(podUID: String, container: String? = nil) {
        self.podUID = podUID
        self.container = container
    }

    /// As commands take it: `UID` or `UID/CONTAINER`.
    package var words: String { podUID + (container.map { "/\($0)" } ?? "") }
}

/// Names one change of the providers' books. Never 0, never reused within a process.
public struct TransactionID: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}
