// SPDX-License-Identifier: Apache-2.0

/// A family of measured values: what its series have in common. docs/metrics.md says more of each.
///
/// Those that begin with `kubelet_` mean what the kubelet's of the same name mean, and count at the same moments.
/// Source: kubernetes/kubernetes, pkg/kubelet/metrics/metrics.go, pkg/kubelet/cm/topologymanager and
/// pkg/kubelet/cm/cpumanager/policy_static.go.
package enum Metric: String, CaseIterable, Sendable {
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    case alignedUnits = "kubelet_container_aligned_compute_resources_count"
    case misalignedUnits = "kubelet_container_aligned_compute_resources_failure_count"
    case cpusByNode = "kubelet_cpu_manager_allocation_per_numa"
    case exclusiveCPUs = "kubelet_cpu_manager_exclusive_cpu_allocation_count"
    case sharedMillicores = "kubelet_cpu_manager_shared_pool_size_millicores"
    case admissionMilliseconds = "kubelet_topology_manager_admission_duration_ms"
    case admissionErrors = "kubelet_topology_manager_admission_errors_total"
    case admissionRequests = "kubelet_topology_manager_admission_requests_total"
    case admissions = "numa_hints_admissions_total"
    case build = "numa_hints_build_info"
    case callSeconds = "numa_hints_call_duration_seconds"
    case calls = "numa_hints_calls_total"
    case connections = "numa_hints_connections"
    case driftedContainers = "numa_hints_drift_containers"
    case lookFailures = "numa_hints_drift_look_failures_total"
    case lookSeconds = "numa_hints_drift_look_seconds"
    case lookTime = "numa_hints_drift_look_timestamp_seconds"
    case lookedAtContainers = "numa_hints_drift_looked_at_containers"
    case mergeSeconds = "numa_hints_merge_duration_seconds"
    case mergeSteps = "numa_hints_merge_steps"
    case nodeCapacity = "numa_hints_node_capacity"
    case nodeFree = "numa_hints_node_free"
    case nodeHeld = "numa_hints_node_held"
    case nodeReadable = "numa_hints_node_readable"
    case pods = "numa_hints_pods"
    case providerSeconds = "numa_hints_provider_call_duration_seconds"
    case providerFaults = "numa_hints_provider_faults_total"
    case refusals = "numa_hints_refusals_total"
    case refusedRequests = "numa_hints_refused_requests_total"
    case slowListeners = "numa_hints_slow_listeners_total"
    case streams = "numa_hints_streams"
    case timeouts = "numa_hints_timeouts_total"
    case turnedAway = "numa_hints_turned_away_total"
    case waitingCalls = "numa_hints_waiting_calls"
    case cpuSeconds = "process_cpu_seconds_total"
    case openFiles = "process_open_fds"
    case residentBytes = "process_resident_memory_bytes"
    case startTime = "process_start_time_seconds"

    package var kind: Kind {
        switch self {
        case .alignedUnits, .misalignedUnits: .counter
        case .admissionMilliseconds, .callSeconds, .mergeSeconds, .mergeSteps, .providerSeconds: .histogram
        default: rawValue.hasSuffix("_total") ? .counter : .gauge
        }
    }

    /// The names of the labels, in ascending order.
    package var labels: [String] {
        switch self {
        case .alignedUnits, .misalignedUnits: ["boundary", "scope"]
        case .cpusByNode: ["numa_node"]
        case .admissions: ["outcome"]
        case .build: ["version"]
        case .callSeconds: ["call"]
        case .calls: ["call", "code"]
        case .nodeCapacity, .nodeFree, .nodeHeld: ["node", "resource"]
        case .providerSeconds: ["call", "provider"]
        case .providerFaults: ["kind", "provider"]
        case .refusals: ["kind", "reason"]
        case .refusedRequests: ["code"]
        case .waitingCalls: ["need"]
        default: []
        }
    }

    /// The upper bounds of a histogram's buckets, ascending, without the infinite one.
    package var bounds: [Double] {
        switch self {
        // The kubelet's.
        case .admissionMilliseconds: Self.bounds(from: 0.05, by: 2, count: 15)
        case .callSeconds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
        case .mergeSeconds: Self.bounds(from: 1e-6, by: 4, count: 12)
        // Few, since there are as many histograms as providers and calls.
        case .providerSeconds: [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10]
        case .mergeSteps: Self.bounds(from: 1, by: 8, count: 9)
        default: []
        }
    }

    private static func bounds(from first: Double, by factor: Double, count: Int) -> [Double] {
        var bounds = [first]
        while let last = bounds.last, bounds.count < count { bounds.append(last * factor) }
        return bounds
    }
}

extension Metric {
    /// One line that says what is measured.
    package var help: String {
        switch self {
        case .alignedUnits: "Containers, or pods, that were admitted on one NUMA node where the policy asks for that."
        case .misalignedUnits: "Containers, or pods, for which the policy asks for one NUMA node that there was not."
        case .cpusByNode: "CPUs of a NUMA node that containers have alone."
        case .exclusiveCPUs: "CPUs that containers have alone."
        case .sharedMillicores: "Thousandths of CPUs that no container has alone and that could be given."
        case .admissionMilliseconds: "Time of an admission in milliseconds."
        case .admissionErrors: "Pods that were not admitted, under a policy that asks for hints."
        case .admissionRequests: "Pods that were to be admitted."
        case .admissions: "Admissions by what became of the pod."
        case .build: "The version of numa-hints; always 1."
        case .callSeconds: "Time from the end of a request until its answer."
        case .calls: "Calls by the status of HTTP that they were answered with."
        case .connections: "Connections that are open."
        case .driftedContainers: "Containers that the last look found elsewhere than where they were admitted."
        case .lookFailures: "Looks for drift that failed."
        case .lookSeconds: "How long the last look for drift took."
        case .lookTime: "When the last look for drift ended."
        case .lookedAtContainers: "Containers that the last look for drift found at work."
        case .mergeSeconds: "Time of merging the hints of a container or pod."
        case .mergeSteps: "Steps of merging the hints of a container or pod."
        case .nodeCapacity: "What a NUMA node has of a resource when nobody holds any: CPUs, bytes or pieces."
        case .nodeFree: "What a NUMA node has of a resource that can be given now: CPUs, bytes or pieces."
        case .nodeHeld: "What pods hold of a resource on a NUMA node: CPUs, bytes or pieces."
        case .nodeReadable: "Whether machine, ledger and providers could be read for this answer."
        case .pods: "Pods that the ledger has."
        case .providerSeconds: "Time of a provider's call."
        case .providerFaults: "Calls of a provider that failed."
        case .refusals: "Pods that were refused, by the kind of the refusal and the code of its reason."
        case .refusedRequests: "Requests that became no call, by the status of HTTP."
        case .slowListeners: "Streams of events that ended since the client did not take them."
        case .streams: "Streams of events that are open."
        case .timeouts: "Connections that ended since the client let a time pass."
        case .turnedAway: "Connections and calls for which there was no room."
        case .waitingCalls: "Calls that wait or are done now."
        case .cpuSeconds: "Time that the process spent on CPUs."
        case .openFiles: "Descriptors that the process has open."
        case .residentBytes: "Memory of the process that is resident."
        case .startTime: "When the process started, since 1970."
        }
    }
}
