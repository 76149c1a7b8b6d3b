// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit

@testable import MemoryBooks

/// What memory.jsonl says of a node.
struct VectorNode: Decodable, Equatable {
    struct Table: Decodable, Equatable {
        var total: UInt64
        var systemReserved: UInt64
        var allocatable: UInt64
        var reserved: UInt64
        var free: UInt64
    }

    var id: Int
    var numberOfAssignments: Int
    var cells: [Int]
    var memory: [String: Table]
}

/// What an earlier init container of the pod left on a mask.
struct VectorLeftover: Decodable {
    var nodes: [Int]
    var bytes: [String: UInt64]
}

extension MemoryBooks {
    /// The books that the nodes of a case show.
    static func vector(_ nodes: [VectorNode], leaving: [VectorLeftover], to pod: String) -> MemoryBooks {
        let types = Set(nodes.flatMap { $0.memory.keys }).map { ResourceName($0) }.sorted()
        func amounts(_ node: VectorNode, _ amount: KeyPath<VectorNode.Table, UInt64>) -> [UInt64] {
            types.map { node.memory[$0.rawValue]?[keyPath: amount] ?? 0 }
        }
        var books = MemoryBooks(
            types: types,
            nodes: nodes.map { node in
                var made = Node(
                    id: node.id, total: amounts(node, \.total), systemReserved: amounts(node, \.systemReserved),
                    allocatable: amounts(node, \.allocatable))
                made.free = amounts(node, \.free)
                made.assignments = node.numberOfAssignments
                made.cells = NUMANodeMask(node.cells)
                return made
            })
        books.leftovers.podUID = pod
        for left in leaving {
            for (type, name) in types.enumerated() {
                guard let bytes = left.bytes[name.rawValue] else { continue }
                books.leftovers.list.append(Leftover(nodes: NUMANodeMask(left.nodes), type: type, bytes: bytes))
            }
        }
        return books
    }

    /// The nodes as a case shows them.
    var vectorNodes: [VectorNode] {
        nodes.map { node in
            VectorNode(
                id: node.id, numberOfAssignments: node.assignments, cells: node.cells.members,
                memory: Dictionary(
                    uniqueKeysWithValues: types.enumerated().map { type, name in
                        let (free, allocatable) = (node.free[type], node.allocatable[type])
                        return (
                            name.rawValue,
                            VectorNode.Table(
                                total: node.total[type], systemReserved: node.systemReserved[type],
                                allocatable: allocatable, reserved: allocatable - free, free: free)
                        )
                    }))
        }
    }
}
