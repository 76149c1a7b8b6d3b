// SPDX-License-Identifier: Apache-2.0

/// A machine as an object of JSON describes it. Keys that are not named here are ignored.
struct MachineRecord: Decodable {
    struct Node: Decodable {
        var id: Int
        /// Bytes, huge pages included.
        var memory: UInt64
        /// Bytes by name of resource.
        var hugepages: [String: UInt64]?
        /// Bytes by name of resource, kept for the system.
        var systemReserved: [String: UInt64]?
        /// To each node; columns go by node number.
        var distances: [UInt64]?
    }

    struct Device: Decodable {
        var id: String
        /// Nil: the platform does not say; empty: near to no node.
        var numa: [Int]?
        var healthy: Bool?
    }

    var name: String?
    var numaNodes: [Node]
    /// Rows of CPU, core, socket, node and last-level cache.
    var cpus: [[Int]]
    /// How many CPUs are reserved, where the list is left to the CPU manager.
    var reservedCPUCount: Int?
    /// The list of reserved CPUs; empty: it is left to the CPU manager.
    var reservedCPUsConfigured: String?
    /// By resource.
    var devices: [String: [Device]]?
}
