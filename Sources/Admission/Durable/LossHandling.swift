// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What is done where a machine no longer has what a pod holds.
public enum LossHandling: String, CaseIterable, Sendable {
    /// The pod keeps what is still there; if the rest comes back, that is its own again.
    case keep
    /// The pod is released.
    case release
    /// Nothing is admitted or released, until the machine is as it was or this is handled otherwise.
    case refuse
}

/// What one container holds by the ledger, and no longer has.
public struct Loss: Hashable, Sendable, CustomStringConvertible {
    public var uid: String
    /// Namespace and name.
    public var pod: String
    public var container: String
    /// What is gone: `CPU 9 is gone`.
    public var text: String

    public init(of pod: PodSpec, container: String, _ text: String) {
        uid = pod.uid
        self.pod = "\(pod.namespace)/\(pod.name)"
        self.container = container
        self.text = text
    }

    /// One sentence without full stop: names the pod, the container and what is gone.
    public var description: String { "pod \(pod), \(container): \(text)" }
}
