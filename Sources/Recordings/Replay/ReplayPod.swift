// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore

/// Pods of sequences, as values.
enum ReplayPod {
    static func spec(_ record: ReplayRecord.Pod, _ place: String) throws(NUMAHintsError) -> PodSpec {
        var containers: [ContainerSpec] = []
        for (index, container) in (record.initContainers ?? []).enumerated() {
            let kind: ContainerSpec.Kind = container.restartPolicy == "Always" ? .sidecar : .initialization
            containers.append(try spec(container, kind, "\(place).initContainers[\(index)]"))
        }
        for (index, container) in record.containers.enumerated() {
            containers.append(try spec(container, .app, "\(place).containers[\(index)]"))
        }
        guard Set(containers.map(\.name)).count == containers.count else {
            throw NUMAHintsError(.input, "\(place) has two containers of one name")
        }
        guard !record.containers.isEmpty else { throw NUMAHintsError(.input, "\(place): containers is empty") }
        return PodSpec(uid: record.uid, name: record.uid, containers: containers)
    }

    private static func spec(
        _ record: ReplayRecord.Container, _ kind: ContainerSpec.Kind, _ place: String
    ) throws(NUMAHintsError) -> ContainerSpec {
        let limits = try amounts(record.limits ?? [:], "\(place).limits")
        var requests = try amounts(record.requests ?? [:], "\(place).requests")
        // What is limited and not requested is requested as limited.
        for amount in limits where requests[amount.resource] == nil { requests[amount.resource] = amount.quantity }
        return ContainerSpec(name: record.name, kind: kind, requests: requests, limits: limits)
    }

    private static func amounts(_ texts: [String: String], _ place: String) throws(NUMAHintsError) -> ResourceAmounts {
        var amounts: ResourceAmounts = [:]
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            let resource = ResourceName(name)
            let quantity = Quantity(text)
            let amount = resource.unit == .millicpus ? quantity?.milliValue : quantity?.value
            guard let amount else {
                throw NUMAHintsError(.input, "\(place): \(name) is \"\(text)\", expected a quantity like 4 or 1500m")
            }
            amounts[resource] = amount
        }
        return amounts
    }
}
