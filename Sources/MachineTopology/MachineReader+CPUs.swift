// SPDX-License-Identifier: Apache-2.0

import CHwloc
import NUMACore
import SystemFiles

extension MachineReader {
    /// The CPUs, ascending by id, those that are off-line or forbidden too.
    func cpus(nodes: [Machine.Node]) throws(NUMAHintsError) -> [Machine.CPU] {
        guard let all = topology.root?.completeCPUs, let allowed = topology.allowedCPUs else {
            throw Self.tooHigh(source, "a CPU")
        }
        let online = files?.text("/sys/devices/system/cpu/online").flatMap { CPUSet(list: $0) }
        let nodeOfCPU = nodesByCPU(nodes)
        let speeds = topology.speeds
        let sockets = socketNumbers()
        let objects = Dictionary(
            topology.objects(HWLOC_OBJ_PU).map { ($0.osIndex, $0) }, uniquingKeysWith: { first, _ in first })
        return all.map { id in
            let isUsable = usable.contains(id)
            var cpu = Machine.CPU(
                id: id, node: nodeOfCPU[id] ?? kernelNode(of: id) ?? -1, socket: 0, die: id, cache: id,
                core: id,
                speed: speeds[id] ?? 0,
                // Where no file says so: what hwloc left out is off-line.
                isOnline: isUsable || (online?.contains(id) ?? false),
                isAllowed: isUsable && allowed.contains(id))
            place(&cpu, from: objects[id] ?? innermost(id), sockets: sockets)
            return cpu
        }
    }

    /// Fills in the parts that a CPU is in, from the innermost to the socket.
    private func place(_ cpu: inout Machine.CPU, from object: HwlocObject?, sockets: [Int]) {
        var (cache, die): (Int?, Int?)
        var next = object
        while let object = next {
            let lowest = object.lowestCPU ?? cpu.id
            switch object.type {
            case HWLOC_OBJ_CORE: cpu.core = lowest
            case HWLOC_OBJ_DIE: die = lowest
            case HWLOC_OBJ_PACKAGE:
                cpu.socket =
                    sockets.indices.contains(object.logicalIndex) ? sockets[object.logicalIndex] : 0
                die = die ?? lowest
            // The outermost is the one found last.
            default: if object.isCache { cache = lowest }
            }
            next = object.parent
        }
        cpu.die = die ?? topology.root?.lowestCPU ?? 0
        cpu.cache = cache ?? cpu.die
    }

    /// For a CPU without an object of its own the smallest part that holds it.
    private func innermost(_ id: Int) -> HwlocObject? {
        var holder = topology.root
        while let part = holder?.children.first(where: { $0.holds(cpu: id) }) { holder = part }
        return holder
    }

    /// The platform's socket numbers in hwloc's order, or hwloc's own where those are not distinct.
    private func socketNumbers() -> [Int] {
        let numbers = topology.objects(HWLOC_OBJ_PACKAGE).map(\.osIndex)
        let isDistinct = Set(numbers).count == numbers.count && numbers.allSatisfy { $0 < Int(Int32.max) }
        return isDistinct ? numbers : Array(numbers.indices)
    }

    private func nodesByCPU(_ nodes: [Machine.Node]) -> [Int: Int] {
        var found: [Int: Int] = [:]
        for node in nodes {
            for cpu in node.cpus { found[cpu] = node.id }
        }
        for node in nodes {
            for cpu in node.localCPUs where found[cpu] == nil { found[cpu] = node.id }
        }
        return found
    }

    /// The node of a CPU by its link in sysfs: for CPUs whose node may not be used.
    private func kernelNode(of cpu: Int) -> Int? {
        guard let files else { return nil }
        let folder = "/sys/devices/system/cpu/cpu\(cpu)"
        return files.names(in: folder).lazy
            .compactMap { $0.hasPrefix("node") ? Int($0.dropFirst(4)) : nil }
            .first { $0 < HwlocTopology.numberLimit }
    }
}
