// SPDX-License-Identifier: Apache-2.0

package import Admission
package import KubernetesFormats
package import NUMACore

/// What a kubelet's state files say that pods hold, as pieces that providers can be told of.
package struct KubeletHoldings: Hashable, Sendable {
    /// In ascending order of uid. Of a pod that is not known the files say the uid and the names of containers alone:
    /// it then has the uid as its name, and requests what it holds.
    package let pods: [LedgerPod]
    /// The memory manager's books, in ascending order of node.
    package let memory: [MemoryState]

    /// - Parameter known: pods that may be among them.
    package init(_ state: KubeletState, known: [PodSpec] = []) {
        var pieces: [String: [String: [Assignment]]] = [:]
        func add(_ piece: Assignment, _ uid: String, _ container: String) {
            pieces[uid, default: [:]][container, default: []].append(piece)
        }
        for pod in state.cpu?.pods ?? [] {
            for container in pod.containers ?? [] where !container.cpus.cpus.isEmpty {
                add(Assignment(.cpu, .cpus(container.cpus.cpus)), pod.uid, container.name)
            }
        }
        for pod in state.memory?.pods ?? [] {
            for container in pod.containers ?? [] {
                for block in container.blocks ?? [] where block.size > 0 {
                    let nodes = NUMANodeMask(told: block.numaAffinity ?? [])
                    guard !nodes.isEmpty else { continue }
                    add(
                        Assignment(block.type, .memory(nodes: nodes, bytes: block.size, shares: [])), pod.uid,
                        container.name)
                }
            }
        }
        for entry in state.devices?.entries ?? [] {
            for (id, nodes) in entry.nodesByDevice {
                add(Assignment(entry.resource, .device(id: id, nodes: nodes)), entry.podUID, entry.container)
            }
        }
        pods = pieces.keys.sorted().map { uid in
            Self.pod(uid, pieces[uid] ?? [:], known: known.first { $0.uid == uid })
        }
        memory = (state.memory?.nodes ?? []).map(MemoryState.init)
    }

    private static func pod(_ uid: String, _ pieces: [String: [Assignment]], known: PodSpec?) -> LedgerPod {
        var spec = known ?? PodSpec(uid: uid, namespace: "uid", name: uid, containers: [], qos: .guaranteed)
        for name in pieces.keys.sorted() where !spec.containers.contains(where: { $0.name == name }) {
            let requests = Self.requests(pieces[name] ?? [])
            spec.containers.append(ContainerSpec(name: name, requests: requests, limits: requests))
        }
        let held = spec.containers.map { pieces[$0.name] ?? [] }
        return LedgerPod(
            sequence: 0, state: .committed, admission: LedgerAdmission(pod: spec, pieces: held, time: ""))
    }

    /// The least that a container asked for which holds these pieces.
    private static func requests(_ pieces: [Assignment]) -> ResourceAmounts {
        var requests: ResourceAmounts = [:]
        for piece in pieces {
            let amount: UInt64 =
                switch piece.piece {
                case .cpus(let cpus): UInt64(cpus.count) * 1000
                case .memory(_, let bytes, _): bytes
                case .device: 1
                }
            requests[piece.resource] = (requests[piece.resource] ?? 0).addingClamped(amount)
        }
        return requests
    }
}

extension DeviceManagerCheckpoint.Entry {
    /// The devices with the nodes that their plugin told, none where it told none; in ascending order of id.
    var nodesByDevice: [(id: String, nodes: NUMANodeMask)] {
        var nodes: [String: NUMANodeMask] = [:]
        for group in devices ?? [] {
            // A device of no node stands under -1.
            let mask = NUMANodeMask(told: [group.node])
            for id in group.ids ?? [] { nodes[id] = (nodes[id] ?? NUMANodeMask()).union(mask) }
        }
        return nodes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension KubeletState {
    /// Whether a pod holds something.
    package func isHolding(_ uid: String) -> Bool {
        cpu?.pods.contains { $0.uid == uid } ?? false || memory?.pods.contains { $0.uid == uid } ?? false
            || devices?.entries?.contains { $0.podUID == uid } ?? false
    }
}

extension MemoryState {
    fileprivate init(_ node: MemoryManagerCheckpoint.Node) {
        self.init(
            node: node.id, assignments: node.numberOfAssignments, cells: NUMANodeMask(told: node.cells ?? []),
            tables: (node.memory ?? []).map {
                Table(
                    $0.type, total: $0.total, systemReserved: $0.systemReserved, allocatable: $0.allocatable,
                    free: $0.free)
            })
    }
}

extension NUMANodeMask {
    /// Of numbers that a file says, those that nodes can have: a kernel has at most 1024 (MAX_NUMNODES).
    fileprivate init(told numbers: [Int]) { self.init(numbers.filter { (0..<1024).contains($0) }) }
}
