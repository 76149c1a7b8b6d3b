// SPDX-License-Identifier: Apache-2.0

import Admission
import KubernetesFormats
import NUMACore
import ProviderHost

/// The books of memory that a kubelet expects when it starts: those of the machine and its settings, with the blocks of the
/// file taken from them. It compares the file with them.
struct ExpectedMemory {
    /// In ascending order of number.
    private(set) var nodes: [MemoryManagerCheckpoint.Node] = []
    /// Blocks that cannot be on this machine, a line each.
    private(set) var lost: [String] = []
    /// Where the file is not as expected, a line each.
    private(set) var differences: [String] = []

    /// - Parameter node: fresh, with the kubelet's settings.
    init(_ file: MemoryManagerCheckpoint, on node: Node) throws(NUMAHintsError) {
        var node = node
        let held = KubeletHoldings(KubeletState(memory: file))
        lost = try node.restore(held.pods, []).map { "\($0.description)" }
        do throws(ProviderFailure) {
            var tables: [Int: MemoryManagerCheckpoint.Node] = [:]
            for provider in node.registry.providers {
                for state in try provider.memoryStates() { Self.add(state, to: &tables) }
            }
            // Blocks of which all was taken over by a later container count, too, and are on their nodes still.
            let blocks = file.pods.flatMap { $0.containers ?? [] }.flatMap { $0.blocks ?? [] }.map {
                Set($0.numaAffinity ?? [])
            }
            nodes = tables.values.sorted { $0.id < $1.id }.map { node in
                var node = node
                let own = blocks.filter { $0.contains(node.id) }
                node.numberOfAssignments = own.count
                node.cells = own.reduce(Set(node.cells ?? [])) { $0.union($1) }.sorted()
                return node
            }
        } catch {
            throw NUMAHintsError(.provider, "\(error)")
        }
        compare(file.nodes ?? [])
    }

    /// Memory and huge pages are kept by two providers.
    private static func add(_ state: MemoryState, to nodes: inout [Int: MemoryManagerCheckpoint.Node]) {
        var node =
            nodes[state.node]
            ?? MemoryManagerCheckpoint.Node(
                id: state.node, numberOfAssignments: 0, memory: [], cells: state.cells.members)
        let known = Set((node.memory ?? []).map(\.type))
        let new = state.tables.filter { !known.contains($0.resource) }.map {
            MemoryManagerCheckpoint.Table(
                type: $0.resource, total: $0.total, systemReserved: $0.systemReserved, allocatable: $0.allocatable,
                reserved: $0.reserved, free: $0.free)
        }
        node.memory = ((node.memory ?? []) + new).sorted { $0.type < $1.type }
        nodes[state.node] = node
    }

    // MARK: Comparing

    private mutating func compare(_ found: [MemoryManagerCheckpoint.Node]) {
        let (mine, theirs) = (nodes.map(\.id), found.map(\.id))
        guard mine == theirs else {
            differences.append("the file has the nodes \(Self.list(theirs)), the machine \(Self.list(mine))")
            return
        }
        for (node, other) in zip(nodes, found) {
            if other.numberOfAssignments != node.numberOfAssignments {
                differences.append(
                    "node \(node.id): numberOfAssignments is \(other.numberOfAssignments), \(node.numberOfAssignments) "
                        + "blocks include the node")
            }
            if Set(other.cells ?? []) != Set(node.cells ?? []) {
                differences.append(
                    "node \(node.id): cells are \(Self.list(other.cells ?? [])), by the blocks "
                        + Self.list(node.cells ?? []))
            }
            compare(node, other)
        }
        compareGroups(found)
    }

    private mutating func compare(_ node: MemoryManagerCheckpoint.Node, _ other: MemoryManagerCheckpoint.Node) {
        let (mine, theirs) = ((node.memory ?? []), (other.memory ?? []))
        guard mine.map(\.type) == theirs.map(\.type) else {
            let words = [theirs, mine].map { $0.map(\.type.rawValue).joined(separator: ", ") }
            differences.append("node \(node.id): the file has \(words[0]), the machine \(words[1])")
            return
        }
        for (table, found) in zip(mine, theirs) {
            let amounts = [
                ("total", found.total, table.total, "the machine has"),
                ("systemReserved", found.systemReserved, table.systemReserved, "the settings reserve"),
                ("allocatable", found.allocatable, table.allocatable, "by machine and settings it is"),
            ]
            for (name, said, right, who) in amounts where said != right {
                differences.append("node \(node.id), \(table.type): \(name) is \(said), \(who) \(right)")
                break
            }
        }
    }

    /// Of blocks on several nodes the file does not say how much is on which: the sums of each group count.
    private mutating func compareGroups(_ found: [MemoryManagerCheckpoint.Node]) {
        var known: Set<Set<Int>> = []
        for node in nodes {
            let group = Set(node.cells ?? []).union([node.id])
            guard known.insert(group).inserted else { continue }
            for type in (node.memory ?? []).map(\.type) {
                let right = Self.sum(nodes, group, type)
                let said = Self.sum(found, group, type)
                guard said != right else { continue }
                differences.append(
                    "nodes \(Self.list(group.sorted())), \(type): reserved \(said.reserved) and free \(said.free), by the "
                        + "blocks \(right.reserved) and \(right.free)")
            }
        }
    }

    private static func sum(
        _ nodes: [MemoryManagerCheckpoint.Node], _ group: Set<Int>, _ type: ResourceName
    ) -> (reserved: UInt64, free: UInt64) {
        var sum = (reserved: UInt64(0), free: UInt64(0))
        for table in nodes.filter({ group.contains($0.id) }).flatMap({ $0.memory ?? [] }) where table.type == type {
            sum = (sum.reserved.addingClamped(table.reserved), sum.free.addingClamped(table.free))
        }
        return sum
    }

    private static func list(_ nodes: [Int]) -> String { "{" + nodes.map { "\($0)" }.joined(separator: ",") + "}" }
}
