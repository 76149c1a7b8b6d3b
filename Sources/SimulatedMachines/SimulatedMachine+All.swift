// SPDX-License-Identifier: Apache-2.0

extension SimulatedMachine {
    /// In ascending order of name.
    public static let all: [SimulatedMachine] = [
        cxl, epyc(nodesPerSocket: 1), epyc(nodesPerSocket: 2), epyc(nodesPerSocket: 4), gb200, gpuServer, sixtyFour,
        xeonMax, xeonSNC2,
    ].sorted { $0.name < $1.name }

    /// Source: AMD's tuning guides for EPYC 9004: 12 dies of 8 cores, each die with a cache of its own, in 1, 2 or 4
    /// nodes a socket.
    private static func epyc(nodesPerSocket: Int) -> SimulatedMachine {
        SimulatedMachine(
            name: "epyc-nps\(nodesPerSocket)",
            title: "2 sockets of 96 cores, \(nodesPerSocket == 1 ? "1 node" : "\(nodesPerSocket) nodes") a socket",
            about: "Cores, caches and memory of an AMD EPYC 9654 with 24 modules of 32 GiB; devices are ours.",
            shape: MachineShape(
                nodesPerSocket: nodesPerSocket, coresPerNode: 96 / nodesPerSocket, coresPerCache: 8,
                memory: (384 << 30) / UInt64(nodesPerSocket),
                distances: MachineShape.DistanceRule(withinSocket: 12, acrossSockets: 32),
                switches: [
                    MachineShape.PCISwitch(node: 0, bus: 0x20, devices: [.connectX7]),
                    MachineShape.PCISwitch(node: nodesPerSocket, bus: 0xa0, devices: [.connectX7]),
                ]))
    }

    /// Source: Intel's overview of the Xeon Scalable processors, on sub-NUMA clusters.
    private static let xeonSNC2 = SimulatedMachine(
        name: "xeon-snc2", title: "2 sockets of 56 cores in 2 clusters each",
        about: "Cores of an Intel Xeon Platinum 8480+ with sub-NUMA clusters, 1 TiB of memory; devices are ours.",
        shape: MachineShape(
            nodesPerSocket: 2, coresPerNode: 28, coresPerCache: 28, memory: 256 << 30,
            distances: MachineShape.DistanceRule(withinSocket: 12, acrossSockets: 21),
            switches: [
                MachineShape.PCISwitch(node: 0, bus: 0x15, devices: [.e810]),
                MachineShape.PCISwitch(node: 3, bus: 0xe5, devices: [.e810]),
            ]))

    /// Source: Intel's guide to the Xeon CPU Max series: flat mode, 4 clusters a socket, 64 GiB of HBM a socket.
    private static let xeonMax = SimulatedMachine(
        name: "xeon-max", title: "2 sockets of 56 cores in 4 clusters each, with HBM",
        about: "An Intel Xeon CPU Max 9480 in flat mode: nodes 0-7 have CPUs and DDR5, nodes 8-15 16 GiB of HBM each.",
        shape: MachineShape(
            nodesPerSocket: 4, coresPerNode: 14, coresPerCache: 14, memory: 128 << 30,
            memories: (0..<8).map {
                MachineShape.MemoryNode(near: $0, kind: "HBM", bytes: 16 << 30, distance: 13)
            },
            distances: MachineShape.DistanceRule(withinSocket: 12, acrossSockets: 21)))

    /// Source: the CXL 2.0 specification's memory expanders, as Linux shows them: nodes without CPUs.
    private static let cxl = SimulatedMachine(
        name: "cxl", title: "2 sockets of 32 cores, each with CXL memory",
        about: "The shape of a server with a CXL memory expander of 256 GiB at each socket: nodes 2 and 3.",
        shape: MachineShape(
            coresPerNode: 32, coresPerCache: 32, memory: 256 << 30,
            memories: (0..<2).map {
                MachineShape.MemoryNode(near: $0, kind: "CXL-DRAM", bytes: 256 << 30, distance: 14)
            },
            distances: MachineShape.DistanceRule(acrossSockets: 21)))

    /// Source: NVIDIA's user guide to the DGX H100: two sockets, four PCIe switches a socket, a GPU and a NIC below each.
    private static let gpuServer = SimulatedMachine(
        name: "gpu-8", title: "2 sockets of 56 cores, 8 GPUs and 8 NICs in pairs",
        about:
            "The PCIe tree of a server with 8 NVIDIA H100: below each switch one GPU, one ConnectX-7, one NVMe disk.",
        shape: MachineShape(
            coresPerNode: 56, coresPerCache: 56, memory: 1 << 40,
            distances: MachineShape.DistanceRule(acrossSockets: 21),
            switches: (0..<8).map {
                MachineShape.PCISwitch(
                    node: $0 / 4, bus: 0x10 + $0 * 0x18, devices: [.h100, .connectX7, .nvme])
            }))

    /// Source: NVIDIA's documentation of GB200 and of coherent GPU memory in Linux: 8 nodes are set apart for each GPU, of
    /// which one has its memory unless the GPU is split.
    private static let gb200 = SimulatedMachine(
        name: "gb200", title: "2 Grace sockets of 72 cores, 4 GPUs whose memory is nodes",
        about: "34 nodes: 0 and 1 are the CPUs' own; each GPU has 8, the first with 184 GiB, the others empty.",
        shape: MachineShape(
            coresPerNode: 72, threadsPerCore: 1, coresPerCache: 72, memory: 480 << 30,
            pages: [MachineShape.Pages(size: 2 << 20, count: 4096), MachineShape.Pages(size: 512 << 20, count: 32)],
            memories: (0..<32).map {
                MachineShape.MemoryNode(
                    near: $0 / 16, kind: "GPUMemory", bytes: $0 % 8 == 0 ? 184 << 30 : 0, distance: 80)
            },
            distances: MachineShape.DistanceRule(acrossSockets: 40),
            switches: (0..<4).flatMap { gpu in
                [
                    MachineShape.PCISwitch(node: gpu / 2, domain: 8 * gpu + 8, bus: 0, devices: [.gb200]),
                    MachineShape.PCISwitch(node: gpu / 2, domain: 8 * gpu + 10, bus: 0, devices: [.connectX7]),
                ]
            }))

    /// Source: the published shape of servers with 32 sockets, with two clusters a socket.
    private static let sixtyFour = SimulatedMachine(
        name: "nodes-64", title: "32 sockets of 16 cores, 64 nodes",
        about: "As many nodes as a word has bits; a NIC on each eighth one.",
        shape: MachineShape(
            sockets: 32, nodesPerSocket: 2, coresPerNode: 8, coresPerCache: 8, memory: 192 << 30,
            distances: MachineShape.DistanceRule(withinSocket: 12, acrossSockets: 40),
            switches: (0..<8).map {
                MachineShape.PCISwitch(node: $0 * 8, domain: $0, bus: 0x10, devices: [.connectX7])
            }))
}

extension MachineShape.PCIKind {
    fileprivate static let h100 = Self(classCode: 0x030200, vendor: 0x10de, device: 0x2330)
    fileprivate static let gb200 = Self(classCode: 0x030200, vendor: 0x10de, device: 0x2941)
    fileprivate static let connectX7 = Self(classCode: 0x020000, vendor: 0x15b3, device: 0x1021)
    fileprivate static let e810 = Self(classCode: 0x020000, vendor: 0x8086, device: 0x1592)
    fileprivate static let nvme = Self(classCode: 0x010800, vendor: 0x144d, device: 0xa824)
}
