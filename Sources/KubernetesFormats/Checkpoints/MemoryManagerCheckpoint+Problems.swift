// SPDX-License-Identifier: Apache-2.0

internal import NUMACore

extension MemoryManagerCheckpoint {
    /// What contradicts itself, one line each; empty if nothing does.
    var problems: [String] {
        let nodes = nodes ?? []
        var messages: [String] = []
        for node in nodes {
            for table in node.memory ?? [] where table.systemReserved.addingClamped(table.allocatable) > table.total {
                messages.append(
                    "node \(node.id), \(table.type.rawValue.clipped): systemReserved \(table.systemReserved) and "
                        + "allocatable \(table.allocatable) are more than the total \(table.total)")
            }
            for table in node.memory ?? [] where table.reserved.addingClamped(table.free) != table.allocatable {
                messages.append(
                    "node \(node.id), \(table.type.rawValue.clipped): reserved \(table.reserved) and free "
                        + "\(table.free) are not allocatable \(table.allocatable)")
            }
        }
        let held = blocks
        let known = Set(nodes.map(\.id))
        for (block, holder) in held {
            for id in block.numaAffinity ?? [] where !known.contains(id) {
                messages.append("\(holder) holds \(block.type.rawValue.clipped) on node \(id), which is not there")
            }
        }
        return messages + cellProblems(nodes) + countProblems(nodes, held.map(\.block))
            + sumProblems(nodes, held.map(\.block))
    }

    /// All blocks, with who holds them.
    private var blocks: [(block: Block, holder: String)] {
        pods.flatMap { pod in
            (pod.containers ?? []).flatMap { container in
                (container.blocks ?? []).map { ($0, "\(pod.uid.clipped)/\(container.name.clipped)") }
            }
        }
    }

    private func cellProblems(_ nodes: [Node]) -> [String] {
        var messages: [String] = []
        let known = Dictionary(nodes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for node in nodes {
            let cells = Set(node.cells ?? [])
            if !cells.contains(node.id) {
                messages.append("node \(node.id) is not in its own cells \(Self.text(cells))")
            }
            for other in cells.sorted() where other != node.id {
                guard let found = known[other] else {
                    messages.append("cells of node \(node.id) name node \(other), which is not there")
                    continue
                }
                let others = Set(found.cells ?? [])
                // Of a pair that disagrees in both directions, the lower one tells it.
                if others != cells, node.id < other || !others.contains(node.id) {
                    messages.append(
                        "cells of node \(node.id) are \(Self.text(cells)), those of node \(other) are "
                            + Self.text(others))
                }
            }
        }
        return messages
    }

    private func countProblems(_ nodes: [Node], _ blocks: [Block]) -> [String] {
        var counts: [Int: Int] = [:]
        for block in blocks { for id in Set(block.numaAffinity ?? []) { counts[id, default: 0] += 1 } }
        return nodes.filter { $0.numberOfAssignments != counts[$0.id, default: 0] }.map {
            "node \($0.id): numberOfAssignments is \($0.numberOfAssignments), \(counts[$0.id, default: 0]) blocks "
                + "include the node"
        }
    }

    /// Compares sums over groups of nodes that cells or blocks connect: the file does not say how much of a
    /// block is on which node.
    private func sumProblems(_ nodes: [Node], _ blocks: [Block]) -> [String] {
        var groups = NodeGroups(nodes.map(\.id))
        for node in nodes { groups.join([node.id] + (node.cells ?? [])) }
        for block in blocks { groups.join(block.numaAffinity ?? []) }
        var sums: [Int: [ResourceName: (reserved: UInt64, held: UInt64)]] = [:]
        for node in nodes {
            for table in node.memory ?? [] {
                let sum = sums[groups.lowest(node.id)]?[table.type] ?? (0, 0)
                sums[groups.lowest(node.id), default: [:]][table.type] =
                    (sum.reserved.addingClamped(table.reserved), sum.held)
            }
        }
        for block in blocks {
            guard let group = block.numaAffinity?.first.map({ groups.lowest($0) }) else { continue }
            let sum = sums[group]?[block.type] ?? (0, 0)
            sums[group, default: [:]][block.type] = (sum.reserved, sum.held.addingClamped(block.size))
        }
        let members = Dictionary(grouping: nodes.map(\.id)) { groups.lowest($0) }
        return sums.keys.sorted().flatMap { group in
            (sums[group] ?? [:]).filter { $0.value.reserved != $0.value.held }.sorted { $0.key < $1.key }.map {
                "nodes \(Self.text(Set(members[group] ?? [group]))), \($0.key.rawValue.clipped): reserved "
                    + "\($0.value.reserved), containers hold \($0.value.held)"
            }
        }
    }

    private static func text(_ nodes: Set<Int>) -> String {
        "{" + nodes.sorted().map(String.init).joined(separator: ",") + "}"
    }
}

/// Nodes that are connected, each group known by its lowest node.
private struct NodeGroups {
    private var parents: [Int: Int] = [:]

    init(_ nodes: [Int]) { for node in nodes { parents[node] = node } }

    mutating func join(_ nodes: [Int]) {
        for node in nodes.dropFirst() {
            let (left, right) = (lowest(nodes[0]), lowest(node))
            parents[max(left, right)] = min(left, right)
        }
    }

    mutating func lowest(_ node: Int) -> Int {
        var node = node
        while let parent = parents[node], parent != node {
            parents[node] = parents[parent] ?? parent
            node = parent
        }
        return node
    }
}
