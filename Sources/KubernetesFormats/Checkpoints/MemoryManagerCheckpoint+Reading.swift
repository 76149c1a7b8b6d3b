// SPDX-License-Identifier: Apache-2.0

public import NUMACore

extension MemoryManagerCheckpoint {
    /// Reads the bytes of a file.
    ///
    /// - Parameter verifies: take no wrong checksum.
    /// - Throws: a state error, one line, that says what is wrong and what would be right.
    public init(bytes: [UInt8], file: String, verifies: Bool = true) throws(NUMAHintsError) {
        let root = try CheckpointNode.root(bytes, file: file)
        let members = try root.members(["policyName", "machineState", "entries", "checksum"])
        policyName = try members["policyName"].text()
        nodes = nil
        if let entries = try members["machineState"].numbered() {
            nodes = []
            for (id, value) in entries { nodes?.append(try Self.node(id, value)) }
        }
        pods = []
        if let node = members.optional("entries") {
            guard let entries = try node.entries() else {
                throw node.error("entries must be an object or left out, found null")
            }
            for (uid, value) in entries { pods.append(Pod(uid: uid, containers: try Self.containers(value))) }
        }
        if verifies { hasChecksum = try members.verify(checksum, at: "checksum", zeroIsTaken: true) }
    }

    private static func node(_ id: Int, _ node: CheckpointNode) throws(NUMAHintsError) -> Node {
        let members = try node.members(["numberOfAssignments", "memoryMap", "cells"])
        var result = Node(
            id: id, numberOfAssignments: try members["numberOfAssignments"].integer(Int.self), memory: nil,
            cells: try members["cells"].integers())
        if let tables = try members["memoryMap"].entries() {
            result.memory = []
            for (type, value) in tables { result.memory?.append(try table(type, value)) }
        }
        return result
    }

    private static func table(_ type: String, _ node: CheckpointNode) throws(NUMAHintsError) -> Table {
        let members = try node.members(["total", "systemReserved", "allocatable", "reserved", "free"])
        return Table(
            type: ResourceName(type),
            total: try members["total"].integer(UInt64.self),
            systemReserved: try members["systemReserved"].integer(UInt64.self),
            allocatable: try members["allocatable"].integer(UInt64.self),
            reserved: try members["reserved"].integer(UInt64.self),
            free: try members["free"].integer(UInt64.self))
    }

    private static func containers(_ node: CheckpointNode) throws(NUMAHintsError) -> [Container]? {
        guard let entries = try node.entries() else { return nil }
        var containers: [Container] = []
        for (name, value) in entries {
            var container = Container(name: name, blocks: nil)
            if let items = try value.items() {
                container.blocks = []
                for item in items { container.blocks?.append(try block(item)) }
            }
            containers.append(container)
        }
        return containers
    }

    private static func block(_ node: CheckpointNode) throws(NUMAHintsError) -> Block {
        let members = try node.members(["numaAffinity", "type", "size"])
        return Block(
            numaAffinity: try members["numaAffinity"].integers(),
            type: ResourceName(try members["type"].text()),
            size: try members["size"].integer(UInt64.self))
    }
}
