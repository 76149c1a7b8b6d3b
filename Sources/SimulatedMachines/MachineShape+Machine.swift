// SPDX-License-Identifier: Apache-2.0

import NUMACore

extension MachineShape {
    private var cpuNodes: Int { sockets * nodesPerSocket }
    private var cores: Int { cpuNodes * coresPerNode }

    var machine: Machine {
        let nodes = nodesWithCPUs + nodesWithoutCPUs
        return Machine(
            nodes: nodes, cpus: cpus, distances: matrix(over: nodes.map(\.id)),
            devices: switches.flatMap(devices(below:)).sorted { $0.address < $1.address })
    }

    // MARK: Nodes

    private func cpus(of node: Int) -> CPUSet {
        let first = node * coresPerNode
        return CPUSet((0..<threadsPerCore).flatMap { thread in (0..<coresPerNode).map { thread * cores + first + $0 } })
    }

    private var nodesWithCPUs: [Machine.Node] {
        (0..<cpuNodes).map { id in
            let own = cpus(of: id)
            let pools = pages.map { page in
                let bytes = page.size * page.count
                return Machine.HugepagePool(pageSize: page.size, totalBytes: bytes, freeBytes: bytes)
            }
            return Machine.Node(id: id, cpus: own, localCPUs: own, memoryBytes: memory, hugepages: pools)
        }
    }

    private var nodesWithoutCPUs: [Machine.Node] {
        memories.enumerated().map { index, memory in
            let socket = memory.near / nodesPerSocket
            let near =
                memory.isOfSocket
                ? Array(socket * nodesPerSocket..<(socket + 1) * nodesPerSocket) : [memory.near]
            return Machine.Node(
                id: cpuNodes + index, cpus: [], localCPUs: near.reduce(CPUSet()) { $0.union(cpus(of: $1)) },
                memoryBytes: memory.bytes, memoryKind: memory.kind, isDeviceMemory: memory.kind == "GPUMemory")
        }
    }

    private func matrix(over ids: [Int]) -> Distances? {
        Distances(nodes: ids, rows: ids.map { from in ids.map { distance(from: from, to: $0) } })
    }

    private func distance(from: Int, to: Int) -> UInt64 {
        guard from != to else { return 10 }
        let (one, other) = (home(of: from), home(of: to))
        let between: UInt64 =
            one.node == other.node
            ? 10
            : one.node / nodesPerSocket == other.node / nodesPerSocket
                ? distances.withinSocket : distances.acrossSockets
        // Each way out of memory without CPUs is longer than a node's own.
        return between + one.detour + other.detour
    }

    private func home(of id: Int) -> (node: Int, detour: UInt64) {
        guard id >= cpuNodes else { return (id, 0) }
        let memory = memories[id - cpuNodes]
        return (memory.near, memory.distance - min(memory.distance, 10))
    }

    // MARK: CPUs

    private var cpus: [Machine.CPU] {
        (0..<cores * threadsPerCore).map { id in
            let core = id % cores
            let node = core / coresPerNode
            let socket = node / nodesPerSocket
            let inNode = core % coresPerNode
            return Machine.CPU(
                id: id, node: node, socket: socket, die: socket * nodesPerSocket * coresPerNode,
                cache: core - inNode % coresPerCache, core: core)
        }
    }

    // MARK: Devices

    /// One device hangs at the root port itself, several hang below a switch, each at a port of its own.
    private func devices(below root: PCISwitch) -> [Device] {
        let port = Self.address(root.domain, root.bus, 1)
        guard root.devices.count > 1 else {
            return root.devices.map { device($0, at: root.bus + 1, path: [port], root) }
        }
        let upstream = Self.address(root.domain, root.bus + 1, 0)
        return root.devices.enumerated().map { index, kind in
            let downstream = Self.address(root.domain, root.bus + 2, index)
            return device(kind, at: root.bus + 3 + index, path: [port, upstream, downstream], root)
        }
    }

    private func device(_ kind: PCIKind, at bus: Int, path: [String], _ root: PCISwitch) -> Device {
        let address = Self.address(root.domain, bus, 0)
        return Device(
            address: address, classCode: kind.classCode, vendor: kind.vendor, device: kind.device,
            locality: .nodes(NUMANodeMask([root.node])), path: path + [address])
    }

    private static func address(_ domain: Int, _ bus: Int, _ device: Int) -> String {
        "\(domain.hex(4)):\(bus.hex(2)):\(device.hex(2)).0"
    }
}
