// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// What a line says about decisions.
///
/// Source: `pkg/kubelet/cm/topologymanager` of Kubernetes 1.16 to 1.36: `topology_manager.go`, `scope.go`,
/// `scope_container.go`, `scope_pod.go`, `policy.go`.
enum LogEvent {
    /// Of which decision a line is, as far as it says.
    struct Place {
        var pod: PodReference?
        var container: String?
    }

    case version(String)
    case start(policy: String?, scope: String?, prefersClosest: Bool?)
    case nodeCount(Int)
    /// The topology manager is asked about a pod, which old versions do not name.
    case asked(PodReference?)
    /// What one provider answers; nil where that cannot be read.
    case hints(Place, [LoggedAnswer]?)
    /// Says which of the two an empty list is.
    case remark(resource: ResourceName, isImpossible: Bool)
    case merged(Place, LoggedHint, isWholePod: Bool)
    case best(Place, LoggedHint)
    /// The policy admits it.
    case admitted(Place, LoggedHint?)
    /// The pod fails, for this reason.
    case failed(PodReference, reason: String, message: String)

    static let noPreference = "Hint Provider has no preference for NUMA affinity with resource"
    static let impossible = "Hint Provider has no possible NUMA affinities for resource"

    init?(_ record: LogRecord) {
        let place = Place(
            pod: PodReference(record.field("pod")), container: record.text("containerName"))
        switch record.message {
        case "Kubelet version":
            guard let version = record.text("kubeletVersion") else { return nil }
            self = .version(version)
        case "Creating topology manager with policy per scope":
            self = .start(
                policy: record.text("topologyPolicyName"), scope: record.text("topologyScopeName"),
                prefersClosest: record.field("topologyPolicyOptions")?.member("PreferClosestNUMA")?.string
                    .map { $0 == "true" })
        case "Creating topology manager with none policy":
            self = .start(policy: "none", scope: nil, prefersClosest: nil)
        case "Detected CPU topology":
            guard let count = record.field("topology")?.member("NumNUMANodes")?.string.flatMap(Int.init),
                (1...LoggedHint.nodeLimit).contains(count)
            else { return nil }
            self = .nodeCount(count)
        case "Topology Admit Handler":
            self = .asked(Self.asked(record))
        case "TopologyHints":
            guard place.pod != nil else { return nil }
            self = .hints(place, record.field("hints").flatMap(LoggedAnswer.all))
        case Self.noPreference, Self.impossible:
            guard let resource = record.text("resource") else { return nil }
            self = .remark(resource: ResourceName(resource), isImpossible: record.message == Self.impossible)
        case "ContainerTopologyHint", "ContainerTopologyHints", "PodTopologyHint", "PodTopologyHints":
            self = .merged(place, Self.hint(record), isWholePod: record.message.hasPrefix("Pod"))
        case "Best TopologyHint":
            guard place.pod != nil else { return nil }
            self = .best(place, Self.hint(record))
        case "Topology Affinity":
            guard place.pod != nil else { return nil }
            self = .admitted(place, record.field("bestHint").map { LoggedHint($0) })
        case "Event occurred":
            guard let failed = Self.failure(record) else { return nil }
            self = failed
        default:
            return nil
        }
    }

    private static func hint(_ record: LogRecord) -> LoggedHint {
        record.field("bestHint").map { LoggedHint($0) } ?? .unreadable("nothing")
    }

    private static func asked(_ record: LogRecord) -> PodReference? {
        if let name = record.text("podName") {
            return PodReference(namespace: record.text("podNamespace"), name: name, uid: record.text("podUID"))
        }
        guard var pod = PodReference(record.field("pod")) else { return nil }
        pod.uid = pod.uid ?? record.text("podUID")
        return pod
    }

    private static func failure(_ record: LogRecord) -> LogEvent? {
        guard let reason = record.text("reason"), reason.hasSuffix("Error"), record.text("kind") ?? "Pod" == "Pod",
            let pod = PodReference(record.field("object"))
        else { return nil }
        return .failed(pod, reason: reason, message: record.text("message") ?? "")
    }
}
