// SPDX-License-Identifier: Apache-2.0

/// A kind of Kubernetes object that is a pod or makes pods.
///
/// Source: https://kubernetes.io/docs/concepts/workloads/controllers/
struct PodKind: Sendable {
    let name: String
    let version: String
    /// The keys that lead from the object to the pod's metadata and spec.
    let template: [String]
    /// The field of `spec` that says how many pods there will be.
    let count: String?
    /// What the name of its first pod has after its own name.
    let suffix: String

    private init(
        _ name: String, _ version: String, template: [String] = ["spec", "template"], count: String? = nil,
        suffix: String = ""
    ) {
        self.name = name
        self.version = version
        self.template = template
        self.count = count
        self.suffix = suffix
    }

    init?(named name: String) {
        guard let kind = Self.known.first(where: { $0.name == name }) else { return nil }
        self = kind
    }

    static let known = [
        PodKind("Pod", "v1", template: []),
        PodKind("Deployment", "apps/v1", count: "replicas"),
        PodKind("StatefulSet", "apps/v1", count: "replicas", suffix: "-0"),
        PodKind("DaemonSet", "apps/v1"),
        PodKind("ReplicaSet", "apps/v1", count: "replicas"),
        PodKind("Job", "batch/v1", count: "parallelism"),
        PodKind("CronJob", "batch/v1", template: ["spec", "jobTemplate", "spec", "template"]),
        PodKind("ReplicationController", "v1", count: "replicas"),
        PodKind("PodTemplate", "v1", template: ["template"]),
    ]

    /// For messages.
    static let accepted = known.map(\.name).joined(separator: ", ") + " or a List of these"

    /// Kinds that stand beside pods in many files, and that placement has nothing to do with.
    static let withoutPods = [
        "ClusterRole", "ClusterRoleBinding", "ConfigMap", "Endpoints", "HorizontalPodAutoscaler", "Ingress",
        "LimitRange", "Namespace", "NetworkPolicy", "PersistentVolume", "PersistentVolumeClaim",
        "PodDisruptionBudget", "PriorityClass", "ResourceQuota", "Role", "RoleBinding", "RuntimeClass",
        "Secret", "Service", "ServiceAccount", "StorageClass",
    ]
}
