// SPDX-License-Identifier: Apache-2.0

/// What a kubelet's state files say, as plain values: what `state show` prints, as data.
///
/// Pods, containers, types and resources stand in ascending order of name, nodes in ascending order of number.
public struct StateReport: Encodable, Sendable {
    public struct Container: Encodable, Sendable {
        var pod: String
        var container: String
        var cpus: String

        public init(pod: String, container: String, cpus: String) {
            (self.pod, self.container, self.cpus) = (pod, container, cpus)
        }
    }

    /// The CPU manager's file.
    public struct CPU: Encodable, Sendable {
        var policy: String
        /// The CPUs that no container holds alone.
        var sharedPool: String
        var containers: [Container]

        public init(policy: String, sharedPool: String, containers: [Container]) {
            (self.policy, self.sharedPool, self.containers) = (policy, sharedPool, containers)
        }
    }

    public struct MemoryTable: Encodable, Sendable {
        var type: String
        var total, systemReserved, allocatable, reserved, free: UInt64

        /// Numbers are bytes.
        public init(
            type: String, total: UInt64, systemReserved: UInt64, allocatable: UInt64, reserved: UInt64,
            free: UInt64
        ) {
            (self.type, self.total, self.systemReserved) = (type, total, systemReserved)
            (self.allocatable, self.reserved, self.free) = (allocatable, reserved, free)
        }
    }

    public struct MemoryNode: Encodable, Sendable {
        var id: Int
        var assignments: Int
        var cells: [Int]
        var memory: [MemoryTable]

        public init(id: Int, assignments: Int, cells: [Int], memory: [MemoryTable]) {
            (self.id, self.assignments, self.cells, self.memory) = (id, assignments, cells, memory)
        }
    }

    public struct Block: Encodable, Sendable {
        var pod: String
        var container: String
        var type: String
        var nodes: [Int]
        var bytes: UInt64

        public init(pod: String, container: String, type: String, nodes: [Int], bytes: UInt64) {
            (self.pod, self.container, self.type) = (pod, container, type)
            (self.nodes, self.bytes) = (nodes, bytes)
        }
    }

    /// The memory manager's file.
    public struct Memory: Encodable, Sendable {
        var policy: String
        var nodes: [MemoryNode]
        var blocks: [Block]

        public init(policy: String, nodes: [MemoryNode], blocks: [Block]) {
            (self.policy, self.nodes, self.blocks) = (policy, nodes, blocks)
        }
    }

    var schemaVersion = 1
    /// The folder, as the user wrote it.
    var source: String
    @Explicit var cpu: CPU?
    @Explicit var memory: Memory?
    @Explicit var devices: StateDevices?
    /// The names of the files that are not there.
    var missing: [String]

    public init(source: String, cpu: CPU?, memory: Memory?, devices: StateDevices?, missing: [String]) {
        (self.source, self.missing) = (source, missing)
        (self.cpu, self.memory, self.devices) = (cpu, memory, devices)
    }
}
