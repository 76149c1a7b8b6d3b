// SPDX-License-Identifier: Apache-2.0

/// How Kubernetes ranks a pod, by what its containers request and limit.
///
/// Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
public enum QOSClass: String, Hashable, Sendable {
    case guaranteed = "Guaranteed"
    case burstable = "Burstable"
    case bestEffort = "BestEffort"
}

/// One container of a pod, as far as placement goes.
public struct ContainerSpec: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        /// Runs as long as the pod does.
        case app
        /// Ends before the next container starts.
        case initialization = "init"
        /// Starts among the init containers and keeps running (`restartPolicy: Always`).
        case sidecar
    }

    public var name: String
    public var kind: Kind
    /// After defaulting: what is limited and not requested is requested as limited.
    public var requests: ResourceAmounts
    public var limits: ResourceAmounts

    public init(
        name: String, kind: Kind = .app, requests: ResourceAmounts = [:], limits: ResourceAmounts = [:]
    ) {
        self.name = name
        self.kind = kind
        self.requests = requests
        self.limits = limits
    }
}

/// A pod, as far as placement goes.
public struct PodSpec: Hashable, Sendable {
    public var uid: String
    public var namespace: String
    public var name: String
    /// In the order in which they are admitted: init containers and sidecars, then the others.
    public var containers: [ContainerSpec]
    public var qos: QOSClass

    public init(
        uid: String, namespace: String = "default", name: String, containers: [ContainerSpec],
        qos: QOSClass? = nil
    ) {
        self.uid = uid
        self.namespace = namespace
        self.name = name
        self.containers = containers
        self.qos = qos ?? QOSClass(of: containers)
    }
}

extension QOSClass {
    /// The class by the rule of Kubernetes: Guaranteed if every container limits cpu and memory and
    /// requests as much as it limits, BestEffort if none asks for either, else Burstable.
    public init(of containers: [ContainerSpec]) {
        let core: [ResourceName] = [.cpu, .memory]
        let asked = containers.contains { container in
            core.contains { (container.requests[$0] ?? 0) > 0 || (container.limits[$0] ?? 0) > 0 }
        }
        let guaranteed = containers.allSatisfy { container in
            core.allSatisfy {
                guard let limit = container.limits[$0], limit > 0 else { return false }
                return container.requests[$0] == limit
            }
        }
        self = !asked ? .bestEffort : guaranteed ? .guaranteed : .burstable
    }
}
