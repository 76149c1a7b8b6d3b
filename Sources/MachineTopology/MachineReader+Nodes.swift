// SPDX-License-Identifier: Apache-2.0

import CHwloc
import NUMACore
import SystemFiles

extension MachineReader {
    /// The NUMA nodes, ascending by id.
    func nodes() throws(NUMAHintsError) -> [Machine.Node] {
        let objects = topology.objects(HWLOC_OBJ_NUMANODE)
        let basePage = basePageSize(objects)
        let deviceNodes = nvidiaMemoryNodes()
        var nodes: [Machine.Node] = []
        for object in objects {
            let id = object.osIndex
            guard id < HwlocTopology.numberLimit else { throw Self.tooHigh(source, "a NUMA node") }
            guard let local = object.cpus else { throw Self.tooHigh(source, "a CPU") }
            let kind = object.subtype
            nodes.append(
                Machine.Node(
                    id: id, cpus: [], localCPUs: local, memoryBytes: object.localMemory,
                    hugepages: pools(of: object, above: basePage), memoryKind: kind,
                    isDeviceMemory: kind == "GPUMemory" || deviceNodes.contains(id)))
        }
        nodes.sort { $0.id < $1.id }
        giveCPUs(to: &nodes)
        if isPOWER {
            for place in nodes.indices where nodes[place].isWithoutAnyCPU && nodes.count > 1 {
                nodes[place].isDeviceMemory = true
            }
        }
        return nodes
    }

    // MARK: CPUs

    /// Says of each usable CPU whose node it is: by the kernel's own lists where there are some,
    /// otherwise by the localities.
    private func giveCPUs(to nodes: inout [Machine.Node]) {
        if let files {
            for place in nodes.indices {
                let folder = "/sys/devices/system/node/node\(nodes[place].id)"
                let own =
                    files.text("\(folder)/cpulist").flatMap { CPUSet(list: $0) }
                    ?? files.text("\(folder)/cpumap").flatMap(CPUSet.init(kernelMask:))
                // A kernel built without NUMA has no such folder, and one node.
                nodes[place].cpus = (own ?? nodes[place].localCPUs).intersection(usable)
            }
            return
        }
        // Narrow localities first, so that memory that is near to several nodes gets no CPU of
        // theirs; of equal ones the node with ordinary memory, then the lowest.
        let order = nodes.indices.sorted { left, right in
            let (one, other) = (nodes[left], nodes[right])
            if one.localCPUs.count != other.localCPUs.count {
                return one.localCPUs.count < other.localCPUs.count
            }
            if one.hasOrdinaryMemory != other.hasOrdinaryMemory { return one.hasOrdinaryMemory }
            return left < right
        }
        var given = CPUSet()
        for place in order {
            nodes[place].cpus = nodes[place].localCPUs.subtracting(given)
            given = given.union(nodes[place].cpus)
        }
    }

    // MARK: Memory

    /// The size of ordinary pages: the smallest that any node has, if ordinary pages can be of that size.
    private func basePageSize(_ nodes: [HwlocObject]) -> UInt64 {
        let smallest = nodes.flatMap(\.pageTypes).map(\.size).min() ?? 0
        // No processor has ordinary pages above 64 KiB: then only huge pages were recorded.
        return smallest <= 64 << 10 ? smallest : 0
    }

    private func pools(of node: HwlocObject, above basePage: UInt64) -> [Machine.HugepagePool] {
        let id = node.osIndex
        let huge = node.pageTypes.filter { $0.size > basePage }.sorted { $0.size < $1.size }
        return huge.map { size, count in
            let (total, isTooMuch) = size.multipliedReportingOverflow(by: count)
            let free = freePages(size: size, node: id).map { size.multipliedReportingOverflow(by: $0) }
            return Machine.HugepagePool(
                pageSize: size, totalBytes: isTooMuch ? .max : total,
                freeBytes: free.map { $0.overflow ? .max : $0.partialValue })
        }
    }

    private func freePages(size: UInt64, node: Int) -> UInt64? {
        let name = "hugepages/hugepages-\(size >> 10)kB/free_hugepages"
        guard let files else { return nil }
        if let text = files.text("/sys/devices/system/node/node\(node)/\(name)") { return UInt64(text) }
        // A kernel built without NUMA.
        guard files.kind("/sys/devices/system/node") == nil else { return nil }
        return files.text("/sys/kernel/mm/\(name)").flatMap { UInt64($0) }
    }

    /// The nodes that NVIDIA's driver says are the memory of its GPUs.
    private func nvidiaMemoryNodes() -> NUMANodeMask {
        var nodes = NUMANodeMask()
        let folder = "/proc/driver/nvidia/gpus"
        guard let files else { return nodes }
        for gpu in files.names(in: folder) {
            for line in (files.text("\(folder)/\(gpu)/numa_status") ?? "").split(separator: "\n") {
                let words = line.split { $0 == ":" || $0 == " " || $0 == "\t" }
                guard words.count == 2, words[0] == "Node", let id = Int(words[1]) else { continue }
                if id < HwlocTopology.numberLimit { nodes.insert(id) }
            }
        }
        return nodes
    }
}

extension Machine.Node {
    fileprivate var isWithoutAnyCPU: Bool { cpus.isEmpty && localCPUs.isEmpty }
    fileprivate var hasOrdinaryMemory: Bool { memoryKind == nil || memoryKind == "DRAM" }
}

extension CPUSet {
    /// The set of a mask of the kernel: hexadecimal words of 32 bits, the highest first, between commas.
    init?(kernelMask text: String) {
        let words = text.split(separator: ",")
        guard !words.isEmpty, words.count <= HwlocTopology.numberLimit / 32 else { return nil }
        self.init()
        for (place, word) in words.reversed().enumerated() {
            guard var bits = UInt32(word, radix: 16) else { return nil }
            while bits != 0 {
                insert(place * 32 + bits.trailingZeroBitCount)
                bits &= bits - 1
            }
        }
    }
}
