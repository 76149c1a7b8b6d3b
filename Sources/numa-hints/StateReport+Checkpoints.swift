// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import Presentation

extension StateReport {
    /// What the files of a folder say.
    init(_ state: KubeletState, source: String) {
        self.init(
            source: source, cpu: state.cpu.map(CPU.init), memory: state.memory.map(Memory.init),
            devices: state.devices.map(StateDevices.init), missing: state.missing.map(\.rawValue))
    }
}

extension StateReport.CPU {
    fileprivate init(_ file: CPUManagerCheckpoint) {
        self.init(
            policy: file.policyName, sharedPool: file.defaultCPUSet.text,
            containers: file.pods.flatMap { pod in
                (pod.containers ?? []).map {
                    StateReport.Container(pod: pod.uid, container: $0.name, cpus: $0.cpus.text)
                }
            })
    }
}

extension StateReport.Memory {
    fileprivate init(_ file: MemoryManagerCheckpoint) {
        let nodes = (file.nodes ?? []).map { node in
            StateReport.MemoryNode(
                id: node.id, assignments: node.numberOfAssignments, cells: (node.cells ?? []).sorted(),
                memory: (node.memory ?? []).map {
                    StateReport.MemoryTable(
                        type: $0.type.rawValue, total: $0.total, systemReserved: $0.systemReserved,
                        allocatable: $0.allocatable, reserved: $0.reserved, free: $0.free)
                })
        }
        let blocks = file.pods.flatMap { pod in
            (pod.containers ?? []).flatMap { container in
                (container.blocks ?? []).map {
                    StateReport.Block(
                        pod: pod.uid, container: container.name, type: $0.type.rawValue,
                        nodes: ($0.numaAffinity ?? []).sorted(), bytes: $0.size)
                }
            }
        }
        self.init(policy: file.policyName, nodes: nodes, blocks: blocks)
    }
}

extension StateDevices {
    fileprivate init(_ file: DeviceManagerCheckpoint) {
        // The file's own order has no meaning.
        let entries = (file.entries ?? []).sorted {
            ($0.podUID, $0.container, $0.resource) < ($1.podUID, $1.container, $1.resource)
        }
        self.init(
            entries: entries.map(Entry.init),
            registered: (file.registered ?? []).map {
                Resource(resource: $0.resource.rawValue, ids: ($0.ids ?? []).sorted())
            })
    }
}

extension StateDevices.Entry {
    fileprivate init(_ entry: DeviceManagerCheckpoint.Entry) {
        var (answer, damage): (StateDevices.Answer?, String?) = (nil, nil)
        if let bytes = entry.allocResp {
            do throws(NUMAHintsError) {
                answer = StateDevices.Answer(try DeviceAllocation(bytes: bytes))
            } catch {
                damage = error.message
            }
        }
        self.init(
            pod: entry.podUID, container: entry.container, resource: entry.resource.rawValue,
            devices: (entry.devices ?? []).map {
                StateDevices.Group(node: $0.node < 0 ? nil : $0.node, ids: ($0.ids ?? []).sorted())
            },
            answer: answer, answerError: damage)
    }
}

extension StateDevices.Answer {
    fileprivate init(_ allocation: DeviceAllocation) {
        func pair(_ pair: DeviceAllocation.Pair) -> StateDevices.Pair {
            StateDevices.Pair(name: pair.name, value: pair.value)
        }
        self.init(
            envs: allocation.envs.map(pair),
            mounts: allocation.mounts.map {
                StateDevices.Mount(
                    containerPath: $0.containerPath, hostPath: $0.hostPath, readOnly: $0.isReadOnly)
            },
            devices: allocation.devices.map {
                StateDevices.DeviceFile(
                    containerPath: $0.containerPath, hostPath: $0.hostPath, permissions: $0.permissions)
            },
            annotations: allocation.annotations.map(pair), cdiDevices: allocation.cdiDevices)
    }
}
