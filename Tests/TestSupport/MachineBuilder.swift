// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Makes machines for tests, node by node.
public struct MachineBuilder {
    public private(set) var machine = Machine(nodes: [], cpus: [])

    public init() {}

    /// A machine of equal nodes, each a socket, with CPUs numbered node by node.
    public init(
        nodes: Int, cores: Int, threads: Int = 1, memory: UInt64 = 16 << 30, hugepages: [UInt64: UInt64] = [:]
    ) {
        for node in 0..<nodes {
            add(node: node, cores: cores, threads: threads, memory: memory, hugepages: hugepages)
        }
    }

    /// Adds a node with the next CPU numbers; the threads of a core follow each other.
    ///
    /// - Parameter hugepages: the bytes of each page size.
    public mutating func add(
        node: Int, cores: Int, threads: Int = 1, memory: UInt64 = 16 << 30, hugepages: [UInt64: UInt64] = [:],
        isDeviceMemory: Bool = false
    ) {
        let first = (machine.cpus.last?.id ?? -1) + 1
        let cpus = (0..<cores * threads).map { index in
            Machine.CPU(
                id: first + index, node: node, socket: node, die: first, cache: first,
                core: first + index / threads * threads)
        }
        machine.cpus += cpus
        let set = CPUSet(cpus.map(\.id))
        let pools = hugepages.keys.sorted().map {
            Machine.HugepagePool(pageSize: $0, totalBytes: hugepages[$0] ?? 0, freeBytes: nil)
        }
        machine.nodes.append(
            Machine.Node(
                id: node, cpus: set, localCPUs: set, memoryBytes: memory, hugepages: pools,
                isDeviceMemory: isDeviceMemory))
    }
}

extension ResourceRequest {
    /// A request of one container.
    public static func container(
        _ requests: ResourceAmounts, pod: String = "pod", name: String = "app", qos: QOSClass = .guaranteed,
        nodes: NUMANodeMask = [0, 1], held: [Assignment] = []
    ) -> ResourceRequest {
        let spec = PodSpec(
            uid: pod, name: pod, containers: [ContainerSpec(name: name, requests: requests)], qos: qos)
        return ResourceRequest(pod: spec, container: 0, candidateNodes: nodes, held: [held])
    }

    /// A request of one container of a pod, or of all of it.
    public static func pod(
        _ containers: [ContainerSpec], at container: Int? = nil, uid: String = "pod",
        qos: QOSClass = .guaranteed, nodes: NUMANodeMask = [0, 1]
    ) -> ResourceRequest {
        ResourceRequest(
            pod: PodSpec(uid: uid, name: uid, containers: containers, qos: qos), container: container,
            candidateNodes: nodes, held: containers.map { _ in [] })
    }
}

extension Placement {
    /// An affinity; nil for none.
    public static func on(_ nodes: NUMANodeMask?, preferred: Bool = true) -> Placement {
        Placement(affinity: TopologyHint(nodes: nodes, isPreferred: preferred))
    }
}
