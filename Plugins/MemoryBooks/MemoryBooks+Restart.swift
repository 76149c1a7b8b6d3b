// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit

/// Taking over the books of an earlier process.
extension MemoryBooks {
    /// Takes down a piece that an earlier process gave, which the machine must still have.
    mutating func restore(
        _ resource: ResourceName, nodes mask: NUMANodeMask, bytes: UInt64, _ shares: [Assignment.Share],
        takenFrom: String?, to holder: PodHolder
    ) throws(ProviderError) {
        let there = nodes.indices.filter { mask.contains(nodes[$0].id) }
        let type = types.firstIndex(of: resource)
        func free(_ place: Int) -> UInt64 { type.map { nodes[place].free[$0] } ?? 0 }
        for share in shares {
            let left = there.first { nodes[$0].id == share.node }.map(free) ?? 0
            guard share.bytes <= left else {
                throw Self.gone(holder, resource, share.bytes, left, "node \(share.node)")
            }
        }
        let left = there.reduce(UInt64(0)) { $0.addingClamped(free($1)) }
        guard let type, bytes <= left, there.count == mask.count else {
            let place = mask.count == 1 ? "node \(mask.list)" : "nodes \(mask.list)"
            throw Self.gone(holder, resource, bytes, left, place)
        }
        let taken = takenFrom.map { [TakenOver(container: $0, bytes: bytes)] } ?? []
        let blocks = pods[holder.podUID]?.blocks ?? []
        let known = blocks.firstIndex { $0.holder == holder && $0.type == type && $0.nodes == mask }
        take(bytes, of: type, on: mask, shares: shares)
        guard let known else {
            pods[holder.podUID, default: Pod()].blocks.append(
                Block(holder: holder, type: type, nodes: mask, bytes: bytes, shares: shares, takenOver: taken))
            return
        }
        // One block came in pieces, and is one assignment.
        for place in nodes.indices where mask.contains(nodes[place].id) { nodes[place].assignments -= 1 }
        var whole = blocks[known]
        whole.bytes = whole.bytes.addingClamped(bytes)
        whole.shares += shares
        whole.takenOver += taken
        pods[holder.podUID]?.blocks[known] = whole
    }

    private static func gone(
        _ holder: PodHolder, _ resource: ResourceName, _ bytes: UInt64, _ free: UInt64, _ place: String
    ) -> ProviderError {
        let text =
            "\(holder.container) holds \(resource.text(of: bytes)) of \(resource) on \(place), where "
            + "\(resource.text(of: free)) can be given"
        return ProviderError(.exhausted, Reason(text, code: "memory-gone"))
    }

    /// Takes down what the books said of a node: how much is free of each type, and with which nodes it is used.
    mutating func restore(_ state: MemoryState) throws(ProviderError) {
        guard let place = nodes.firstIndex(where: { $0.id == state.node }) else {
            let text = "node \(state.node) had memory to give, and has none any more"
            throw ProviderError(.exhausted, Reason(text, code: "memory-gone"))
        }
        for table in state.tables {
            guard let type = types.firstIndex(of: table.resource) else { continue }
            guard table.allocatable == nodes[place].allocatable[type], table.free <= table.allocatable else {
                let text =
                    "node \(state.node) had \(table.resource.text(of: table.free)) of "
                    + "\(table.resource.text(of: table.allocatable)) \(table.resource) left, and can give "
                    + "\(table.resource.text(of: nodes[place].allocatable[type])) now"
                throw ProviderError(.exhausted, Reason(text, code: "memory-gone"))
            }
            nodes[place].free[type] = table.free
        }
        nodes[place].assignments = state.assignments
        nodes[place].cells = state.assignments > 0 ? state.cells : [state.node]
    }
}
