// SPDX-License-Identifier: Apache-2.0

import Admission
public import Enforcement
public import NUMACore

/// What single processes hold, without any pod of Kubernetes.
extension NodeAllocator {
    /// The namespace of pods that stand for a process; their uid says which.
    public static let runNamespace = "run"

    /// What is decided about for a process: one container, which has what it asks for alone.
    public static func pod(of process: ProcessIdentity, name: String, _ requests: ResourceAmounts) -> PodSpec {
        PodSpec(
            uid: process.description, namespace: runNamespace, name: name,
            containers: [ContainerSpec(name: name, requests: requests, limits: requests)], qos: .guaranteed)
    }

    /// Frees what processes hold that have ended without giving it back.
    ///
    /// - Parameter own: the uid of a pod that the caller is about to release.
    /// - Returns: a line for each.
    public mutating func releaseEnded(besides own: String? = nil) throws(NUMAHintsError) -> [String] {
        var lines: [String] = []
        for pod in try ledger.pods() where pod.admission.pod.namespace == Self.runNamespace && pod.uid != own {
            guard let process = ProcessIdentity(pod.uid), !process.isAlive() else { continue }
            _ = try release(Holder(podUID: pod.uid))
            lines.append("\(pod.admission.pod.name): its process \(process.pid) has ended, what it held is free")
        }
        return lines
    }
}
