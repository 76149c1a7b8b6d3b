// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// How much of one resource there is in one place, in whole CPUs, bytes or pieces.
package struct NodeFigure: Hashable, Sendable {
    /// The node's number; several with commas in between where it is not settled how much is on which; `none` for what is
    /// on no single node.
    package var node: String
    package var resource: String
    /// What there is on an empty machine, and what nobody has and is in working order; nil where no provider says.
    package var capacity: Double?
    package var free: Double?
    /// What pods hold by the ledger. What several containers of a pod use one after another counts once.
    package var held: Double

    package init(node: String, resource: String, capacity: Double?, free: Double?, held: Double = 0) {
        self.node = node
        self.resource = resource
        self.capacity = capacity
        self.free = free
        self.held = held
    }
}

extension StatusReport {
    /// In the order of the nodes, by ascending resource; nil where the machine or its providers cannot say.
    package var figures: [NodeFigure]? {
        nodes.map { nodes in
            var figures = nodes.flatMap(\.figures)
            for (node, piece) in nodes.flatMap({ node in node.heldMemory.map { (node, $0) } })
            where piece.nodes.count > 1 && piece.nodes.first == node.id {
                figures.hold(
                    Double(piece.bytes), of: piece.resource, at: piece.nodes.map(String.init).joined(separator: ","))
            }
            return figures
        }
    }
}

extension NodeHoldings {
    fileprivate var figures: [NodeFigure] {
        let node = id.map(String.init) ?? "none"
        var figures = amounts.map { amount in
            // Kubernetes counts thousandths of CPUs.
            let unit = amount.resource == ResourceName.cpu.rawValue ? 1000.0 : 1
            return NodeFigure(
                node: node, resource: amount.resource, capacity: Double(amount.total) / unit,
                free: Double(amount.free) / unit)
        }
        let cpus = heldCPUs.reduce(into: CPUSet()) { $0 = $0.union(CPUSet(list: $1.cpus) ?? []) }
        if !cpus.isEmpty { figures.hold(Double(cpus.count), of: ResourceName.cpu.rawValue, at: node) }
        for piece in heldMemory where piece.nodes.count == 1 {
            figures.hold(Double(piece.bytes), of: piece.resource, at: node)
        }
        for device in devices where device.holder != nil { figures.hold(1, of: device.resource, at: node) }
        return figures.sorted { $0.resource.utf8.lexicographicallyPrecedes($1.resource.utf8) }
    }
}

extension [NodeFigure] {
    fileprivate mutating func hold(_ amount: Double, of resource: String, at node: String) {
        if let place = firstIndex(where: { $0.node == node && $0.resource == resource }) {
            self[place].held += amount
        } else {
            append(NodeFigure(node: node, resource: resource, capacity: nil, free: nil, held: amount))
        }
    }
}
