// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import Foundation
import HintMerge
import KubernetesFormats
import NUMACore
import ProviderHost
import TestSupport
import Testing

@testable import NUMAHints

/// Applies changes to a generated node, each to a fresh one that is told what pods hold.
struct ChangeTrial {
    let generated: GeneratedNode
    let pods: [LedgerPod]
    let memory: [LedgerMemory]

    init(_ generated: GeneratedNode, as node: Node) throws {
        self.generated = generated
        pods = node.residents.enumerated().map { index, resident in
            LedgerPod(
                sequence: UInt64(index), state: .committed,
                admission: LedgerAdmission(pod: resident.pod, pieces: resident.pieces, time: ""))
        }
        memory = try node.registry.providers.map { provider in
            LedgerMemory(provider: provider.id, states: try provider.memoryStates())
        }
    }

    /// The decision about a pod where something is otherwise; nil if pods could not hold there what they hold.
    func decide(_ pod: PodSpec, _ kind: Change.Kind? = nil) throws -> DecisionTrace? {
        var pod = pod
        var machine: Machine?
        var gone: String?
        var adjust: (inout NodeSettings) throws -> Void = { _ in }
        switch kind {
        case nil: break
        case .request(let container, let resource, _, let to): pod = pod.asking(to, of: resource, container)
        case .holder(let uid, _, _): gone = uid
        case .scope(let scope): adjust = { $0.admission.scope = scope }
        case .policy(let policy): adjust = { $0.admission.merge.policy = policy }
        case .option(let name, let isOn):
            adjust = {
                try $0.edit(["cpu"]) { own in
                    own["options"] = (own["options"] as? [String: Bool] ?? [:]).merging([name: isOn]) { $1 }
                }
            }
        case .reserve(let resource, let node, let from, let to):
            adjust = { try reserve(resource, node, from, to, &$0) }
        case .supply(let resource, let node, let more):
            if let size = resource.hugepageSize {
                var other = generated.machine
                let place = try #require(other.nodes.firstIndex { $0.id == node })
                let known = try #require(other.nodes[place].hugepages.firstIndex { $0.pageSize == size })
                other.nodes[place].hugepages[known].totalBytes += more
                other.nodes[place].hugepages[known].freeBytes? += more
                machine = other
            } else {
                adjust = {
                    try $0.edit(["devices"]) { own in
                        let devices = own["devices"] as? [Any] ?? []
                        own["devices"] =
                            devices
                            + (0..<more).map {
                                ["id": "extra-\($0)", "resource": resource.rawValue, "nodes": [node]] as [String: Any]
                            }
                    }
                }
            }
        }
        var node = try generated.node(on: machine, adjust)
        guard node.refusals.isEmpty, try node.restore(pods, memory) == [] else { return nil }
        if let gone, let leaving = pods.first(where: { $0.uid == gone }) {
            #expect(node.admission.release(leaving.admission.pod).isEmpty)
        }
        return try #require(node.explain([pod]).first?.trace)
    }

    private func reserve(
        _ resource: ResourceName, _ node: Int?, _ from: UInt64, _ to: UInt64, _ settings: inout NodeSettings
    ) throws {
        guard resource == .cpu else {
            return try settings.edit(["memory", "hugepages"]) { own in
                let all = own["reservedMemory"] as? [[String: Any]] ?? []
                own["reservedMemory"] = all.map { entry in
                    var entry = entry
                    if entry["node"] as? Int == node, entry["resource"] as? String == resource.rawValue {
                        entry["bytes"] = to
                    }
                    return entry
                }
            }
        }
        try settings.edit(["cpu"]) { own in
            guard let list = (own["reservedCPUs"] as? String).flatMap({ CPUSet(list: $0) }) else {
                own["reservedMillicpus"] = to
                return
            }
            let near = list.intersection(generated.machine.nodes.first { $0.id == node }?.cpus ?? [])
            #expect(UInt64(near.count) * 1000 == from)
            own["reservedCPUs"] = list.subtracting(near).union(CPUSet(near.prefix(Int(to / 1000)))).list
        }
    }
}

extension NodeSettings {
    fileprivate mutating func edit(_ names: [String], _ change: (inout [String: Any]) -> Void) throws {
        for name in names {
            let id = "org.numa-hints.\(name)"
            let json = providers.first { $0.id == id }?.json ?? "{}"
            var own = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
            change(&own)
            let made = try JSONSerialization.data(withJSONObject: own, options: [.sortedKeys])
            set(ProviderSettings(id: id, json: String(decoding: made, as: UTF8.self), file: "test"))
        }
    }
}

extension PodSpec {
    func asking(_ amount: UInt64, of resource: ResourceName, _ container: String) -> PodSpec {
        var other = self
        for index in containers.indices where containers[index].name == container {
            other.containers[index].requests[resource] = amount
            if containers[index].limits[resource] != nil { other.containers[index].limits[resource] = amount }
        }
        return other
    }
}
