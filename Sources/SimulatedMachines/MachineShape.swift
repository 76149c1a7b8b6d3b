// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The regular shape of a machine, of which nodes, CPUs and devices follow.
///
/// CPUs are numbered as Linux does on x86: the first threads of all cores, socket by socket, then the second ones.
struct MachineShape: Sendable {
    var sockets = 2
    /// With CPUs; they come first, socket by socket.
    var nodesPerSocket = 1
    var coresPerNode: Int
    var threadsPerCore = 2
    /// That share a last-level cache.
    var coresPerCache: Int
    /// Of each node with CPUs, in bytes; huge pages are part of it.
    var memory: UInt64
    /// Of each node with CPUs.
    var pages: [Pages] = [Pages(size: 2 << 20, count: 2048), Pages(size: 1 << 30, count: 16)]
    /// Nodes without CPUs, which follow those with CPUs.
    var memories: [MemoryNode] = []
    var distances: DistanceRule
    var switches: [PCISwitch] = []

    /// The huge pages of one size.
    struct Pages: Sendable {
        var size: UInt64
        var count: UInt64
    }

    /// A node without CPUs.
    struct MemoryNode: Sendable {
        /// The node with CPUs that is nearest; its whole socket is, where `isOfSocket`.
        var near: Int
        var isOfSocket = false
        /// `HBM`, `CXL-DRAM`, `GPUMemory`.
        var kind: String
        /// In bytes; may be 0.
        var bytes: UInt64
        /// From and to the nearest node.
        var distance: UInt64
    }

    /// Distances as ACPI's table of them has it: 10 is a node's own.
    struct DistanceRule: Sendable {
        var withinSocket: UInt64 = 10
        var acrossSockets: UInt64
    }

    /// A PCIe root port with what hangs below it: a switch, if there are several devices.
    struct PCISwitch: Sendable {
        /// The node with CPUs at whose root complex it is.
        var node: Int
        /// The domain, which most machines have one of.
        var domain = 0
        /// The bus of the root port; buses below it follow.
        var bus: Int
        var devices: [PCIKind]
    }

    /// A device as it names itself to the PCI bus.
    struct PCIKind: Sendable {
        var classCode: UInt32
        var vendor: UInt16
        var device: UInt16
    }
}
