// SPDX-License-Identifier: Apache-2.0

package import CNUMAHints
import JSONWriting
package import NUMACore

/// A pod of records, written as Kubernetes has it: so it is defaulted and checked as any other.
package struct PodDocument: Encodable {
    private struct Metadata: Encodable {
        var name: String
        var namespace: String?
        var uid: String?
    }

    private struct Resources: Encodable {
        var requests: [String: String]
        var limits: [String: String]
    }

    private struct Container: Encodable {
        var name: String
        var restartPolicy: String?
        var resources: Resources
    }

    private struct Spec: Encodable {
        var initContainers: [Container] = []
        var containers: [Container] = []
    }

    private var apiVersion = "v1"
    private var kind = "Pod"
    private var metadata: Metadata
    private var spec = Spec()

    package var json: String { (try? CompactJSON.text(of: self)) ?? "{}" }

    package init(_ pointer: UnsafePointer<numa_hints_pod>?) throws(NUMAHintsError) {
        guard let pointer = unsafe pointer else { throw NUMAHintsError(.usage, "pod must not be NULL") }
        let pod = unsafe try Border.record(pointer, "pod", zero: numa_hints_pod())
        metadata = Metadata(
            name: unsafe try Border.text(pod.name, "pod.name"),
            namespace: unsafe try Border.optionalText(pod.pod_namespace, "pod.pod_namespace"),
            uid: unsafe try Border.optionalText(pod.uid, "pod.uid"))
        let containers = unsafe try Border.list(pod.containers, pod.container_count, "pod.containers")
        for index in unsafe containers.indices {
            guard let place = unsafe containers[index] else {
                throw NUMAHintsError(.usage, "pod.containers must not hold NULL")
            }
            let own = unsafe try Border.record(place, "container", zero: numa_hints_container())
            var container = Container(
                name: unsafe try Border.text(own.name, "container.name"),
                resources: Resources(
                    requests: unsafe try Self.amounts(own.requests, own.request_count, "requests"),
                    limits: unsafe try Self.amounts(own.limits, own.limit_count, "limits")))
            switch unsafe Int(own.kind) {
            case NUMA_HINTS_CONTAINER_APP: spec.containers.append(container)
            case NUMA_HINTS_CONTAINER_INIT: spec.initContainers.append(container)
            case NUMA_HINTS_CONTAINER_SIDECAR:
                container.restartPolicy = "Always"
                spec.initContainers.append(container)
            case let other: throw NUMAHintsError(.usage, "container.kind \(other) is not known")
            }
        }
    }

    private static func amounts(
        _ pointer: UnsafePointer<numa_hints_amount>?, _ count: Int, _ name: String
    ) throws(NUMAHintsError) -> [String: String] {
        var amounts: [String: String] = [:]
        let list = unsafe try Border.list(pointer, count, name)
        for index in unsafe list.indices {
            let resource = unsafe try Border.text(list[index].resource, "resource")
            let quantity = unsafe try Border.text(list[index].quantity, "quantity")
            guard amounts.updateValue(quantity, forKey: resource) == nil else {
                throw NUMAHintsError(.usage, "\(name) name \(resource) twice")
            }
        }
        return amounts
    }
}
