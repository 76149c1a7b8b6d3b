// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

extension MemoryManagerCheckpoint {
    /// What the file's checksum must be.
    public var checksum: UInt32 {
        let machine = nodes?.sorted { $0.id < $1.id }.map { ("\($0.id)", Self.printed($0)) }
        let entries = pods.map { pod in
            let containers = pod.containers?.map { ($0.name, GoText.printed($0.blocks?.map(Self.printed))) }
            return (pod.uid, GoText.printed(containers))
        }
        return GoText.checksum(
            "(*state.MemoryManagerCheckpoint){PolicyName:(string)\(policyName) "
                + "MachineState:(state.NUMANodeMap)\(GoText.printed(numbered: machine)) "
                + "Entries:(state.ContainerMemoryAssignments)\(GoText.printed(entries)) "
                + "Checksum:(checksum.Checksum)0}")
    }

    private static func printed(_ node: Node) -> String {
        let tables = node.memory?.map { table in
            let text =
                "<*>{TotalMemSize:(uint64)\(table.total) SystemReserved:(uint64)\(table.systemReserved) "
                + "Allocatable:(uint64)\(table.allocatable) Reserved:(uint64)\(table.reserved) "
                + "Free:(uint64)\(table.free)}"
            return (table.type.rawValue, text)
        }
        return "<*>{NumberOfAssignments:(int)\(node.numberOfAssignments) "
            + "MemoryMap:(map[v1.ResourceName]*state.MemoryTable)\(GoText.printed(tables)) "
            + "Cells:([]int)\(GoText.printed(node.cells?.map(String.init)))}"
    }

    private static func printed(_ block: Block) -> String {
        "{NUMAAffinity:([]int)\(GoText.printed(block.numaAffinity?.map(String.init))) "
            + "Type:(v1.ResourceName)\(block.type) Size:(uint64)\(block.size)}"
    }

    /// The bytes of the file, as the kubelet writes them.
    public var bytes: [UInt8] {
        var members = [
            ("policyName", GoText.quoted(policyName)),
            ("machineState", GoText.map(nodes?.map { ("\($0.id)", Self.json($0)) })),
        ]
        if !pods.isEmpty {
            let entries = pods.map { pod in
                let containers = pod.containers?.map { ($0.name, GoText.list($0.blocks?.map(Self.json))) }
                return (pod.uid, GoText.map(containers))
            }
            members.append(("entries", GoText.map(entries)))
        }
        members.append(("checksum", hasChecksum ? "\(checksum)" : "0"))
        return Array(GoText.object(members).utf8)
    }

    private static func json(_ node: Node) -> String {
        let tables = node.memory?.map { table in
            let text = GoText.object([
                ("total", "\(table.total)"), ("systemReserved", "\(table.systemReserved)"),
                ("allocatable", "\(table.allocatable)"), ("reserved", "\(table.reserved)"),
                ("free", "\(table.free)"),
            ])
            return (table.type.rawValue, text)
        }
        return GoText.object([
            ("numberOfAssignments", "\(node.numberOfAssignments)"), ("memoryMap", GoText.map(tables)),
            ("cells", GoText.list(node.cells?.map(String.init))),
        ])
    }

    private static func json(_ block: Block) -> String {
        GoText.object([
            ("numaAffinity", GoText.list(block.numaAffinity?.map(String.init))),
            ("type", GoText.quoted(block.type.rawValue)), ("size", "\(block.size)"),
        ])
    }
}
