// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit

extension MemoryBooks {
    /// Whether nodes in use let a container have this mask.
    ///
    /// Source: the kubelet's static memory manager policy: a node is used alone, or with one group.
    func groupsAllow(_ mask: NUMANodeMask) -> Bool {
        groups.allSatisfy { $0 == mask || !$0.intersects(mask) }
    }

    /// Free and reusable bytes of a type on a mask.
    func supply(_ resource: ResourceName, on mask: NUMANodeMask, for holder: PodHolder) -> UInt64 {
        var sum = UInt64(0)
        for node in nodes where mask.contains(node.id) { sum = sum.addingClamped(free(resource, on: node)) }
        for place in reusable(resource, on: mask, inPod: holder.podUID, but: holder.container) {
            sum = sum.addingClamped(blocks[place].bytes)
        }
        return sum
    }

    /// Where to put these amounts together: the affinity, or the narrowest mask around it, or, without
    /// an affinity, the narrowest of all.
    func mask(
        for amounts: ResourceAmounts, _ holder: PodHolder, _ placement: Placement
    ) -> NUMANodeMask? {
        let fits = { (mask: NUMANodeMask) in
            groupsAllow(mask)
                && amounts.allSatisfy { supply($0.resource, on: mask, for: holder) >= $0.quantity }
        }
        let wanted = placement.wanted.compactMap { piece -> NUMANodeMask? in
            guard case .memory(let nodes, _, _) = piece.piece else { return nil }
            return nodes
        }
        if let first = wanted.first {
            return wanted.allSatisfy { $0 == first } && first.isSubset(of: nodeMask) && fits(first)
                ? first : nil
        }
        let affinity = (placement.affinity.nodes ?? []).intersection(nodeMask)
        if placement.affinity.isPreferred, !affinity.isEmpty { return fits(affinity) ? affinity : nil }
        return MaskSearch(from: affinity, within: nodeMask).first(where: fits)
    }

    /// Gives a container an amount on a mask that has it: first what init containers leave on the same
    /// mask, then what is free, or as `shares` says; always from the lowest node up.
    mutating func give(
        _ amount: ResourceAmount, on mask: NUMANodeMask, to holder: PodHolder, shares: [Assignment.Share]
    ) {
        var rest = amount.quantity
        for place in reusable(amount.resource, on: mask, inPod: holder.podUID, but: holder.container)
        where rest > 0 && shares.isEmpty {
            let (left, taken) = Self.split(blocks[place].shares, taking: rest)
            guard !taken.isEmpty else { continue }
            blocks[place].shares = left
            let from = blocks[place].holder.container
            let block = Block(
                holder: holder, resource: amount.resource, nodes: mask, shares: taken, takenFrom: from)
            blocks.append(block)
            rest -= min(rest, block.bytes)
        }
        var taken = shares
        for node in nodes where mask.contains(node.id) && shares.isEmpty && rest > 0 {
            let bytes = min(rest, free(amount.resource, on: node))
            if bytes > 0 { taken.append(Assignment.Share(node: node.id, bytes: bytes)) }
            rest -= bytes
        }
        if !taken.isEmpty || rest == amount.quantity {
            blocks.append(Block(holder: holder, resource: amount.resource, nodes: mask, shares: taken))
        }
    }

    /// Takes bytes out of shares, from the lowest node up.
    static func split(
        _ shares: [Assignment.Share], taking bytes: UInt64
    ) -> (left: [Assignment.Share], taken: [Assignment.Share]) {
        var (left, taken, rest) = ([Assignment.Share](), [Assignment.Share](), bytes)
        for share in shares {
            let part = min(rest, share.bytes)
            if part > 0 { taken.append(Assignment.Share(node: share.node, bytes: part)) }
            if part < share.bytes {
                left.append(Assignment.Share(node: share.node, bytes: share.bytes - part))
            }
            rest -= part
        }
        return (left, taken)
    }

    /// Takes down a piece that an earlier process gave.
    mutating func restore(
        _ resource: ResourceName, nodes mask: NUMANodeMask, bytes: UInt64, _ shares: [Assignment.Share],
        takenFrom: String?, to holder: PodHolder
    ) throws(ProviderError) {
        let there = nodes.filter { mask.contains($0.id) }
        for share in shares {
            let free = there.first { $0.id == share.node }.map { self.free(resource, on: $0) } ?? 0
            guard share.bytes <= free else {
                throw Self.gone(holder, resource, share.bytes, free, "node \(share.node)")
            }
        }
        let free = there.reduce(UInt64(0)) { $0.addingClamped(self.free(resource, on: $1)) }
        guard bytes <= free, there.count == mask.count else {
            throw Self.gone(
                holder, resource, bytes, free, mask.count == 1 ? "node \(mask.list)" : "nodes \(mask.list)")
        }
        if shares.isEmpty {
            give(ResourceAmount(resource, bytes), on: mask, to: holder, shares: [])
        } else {
            blocks.append(
                Block(holder: holder, resource: resource, nodes: mask, shares: shares, takenFrom: takenFrom))
        }
    }

    private static func gone(
        _ holder: PodHolder, _ resource: ResourceName, _ bytes: UInt64, _ free: UInt64, _ place: String
    ) -> ProviderError {
        let text =
            "\(holder.container) holds \(resource.text(of: bytes)) of \(resource) on \(place), where "
            + "\(resource.text(of: free)) can be given"
        return ProviderError(.exhausted, Reason(text, code: "memory-gone"))
    }
}
