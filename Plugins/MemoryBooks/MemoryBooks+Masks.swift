// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Which masks could be given; the rules of the kubelet's static memory manager policy.
extension MemoryBooks {
    /// Whether the nodes of a mask may be used together, as they are used already: a node of a larger group is not
    /// used alone, and one in use is part of no group but its own.
    func groupsAllow(_ mask: NUMANodeMask) -> Bool {
        nodes.allSatisfy { node in
            guard mask.contains(node.id) else { return true }
            return mask.count == 1 ? node.cells.count == 1 : !node.isUsed || node.cells == mask
        }
    }

    /// Whether the nodes of a mask have enough free, and with `leftovers` what init containers of that pod left on
    /// exactly this mask.
    func fits(_ mask: NUMANodeMask, _ needs: [MemoryNeed], leftoversOf uid: String? = nil) -> Bool {
        needs.allSatisfy { need in
            var sum = uid.map { leftover(need.type, on: mask, inPod: $0) } ?? 0
            for node in nodes where mask.contains(node.id) { sum = sum.addingClamped(node.free[need.type]) }
            return sum >= need.bytes
        }
    }

    /// Whether a mask is one of those that hints offer.
    func isOffered(_ mask: NUMANodeMask, _ needs: [MemoryNeed], pod uid: String) -> Bool {
        groupsAllow(mask) && fits(mask, needs, leftoversOf: uid) && isSufficient(mask, needs)
    }

    /// Whether an empty machine would have enough on the mask.
    func isSufficient(_ mask: NUMANodeMask, _ needs: [MemoryNeed]) -> Bool {
        needs.allSatisfy { need in
            nodes.reduce(UInt64(0)) { mask.contains($1.id) ? $0.addingClamped($1.allocatable[need.type]) : $0 }
                >= need.bytes
        }
    }

    /// The number of nodes that an empty machine would need; nil if it has too little.
    func fewestNodes(_ needs: [MemoryNeed]) -> Int? {
        let isOne = nodes.contains { node in needs.allSatisfy { node.allocatable[$0.type] >= $0.bytes } }
        if isOne { return 1 }
        let candidates = nodes.map { node in
            NarrowestMask.Candidate(node: node.id, amounts: needs.map { node.allocatable[$0.type] })
        }
        return NarrowestMask.find(among: candidates, needs: needs.map(\.bytes))?.count
    }

    /// The best mask that hints offer and that contains the given one: the narrowest, since a preferred hint is
    /// one of fewest nodes.
    func bestMask(_ needs: [MemoryNeed], pod uid: String, containing base: NUMANodeMask = []) -> NUMANodeMask? {
        var best: NUMANodeMask?
        func consider(_ mask: NUMANodeMask) {
            guard base.isSubset(of: mask), mask.isSubset(of: nodeMask), isOffered(mask, needs, pod: uid),
                best.map({ mask.isNarrower(than: $0) }) ?? true
            else { return }
            best = mask
        }
        for node in nodes { consider([node.id]) }
        if best != nil { return best }
        // More than one node: a group in use, or nodes of which none is in use.
        for node in nodes where node.isUsed && node.cells.count > 1 { consider(node.cells) }
        let unused = nodes.filter { !$0.isUsed }.map { node in
            NarrowestMask.Candidate(node: node.id, amounts: needs.map { node.free[$0.type] })
        }
        // Their leftovers, if any, are of the kubelet's making: no node is in use where something was left.
        let found = NarrowestMask.find(
            among: unused, needs: needs.map(\.bytes), containing: base, fewest: 2)
        if let found { consider(found) }
        return best
    }

    /// The groups that are in use together or alone; each once.
    var groups: [NUMANodeMask] {
        nodes.reduce(into: []) { if $1.isUsed && !$0.contains($1.cells) { $0.append($1.cells) } }
    }

    /// Whether nodes that are used together all say so. It is always so unless the kubelet's faults are imitated.
    var isConsistent: Bool {
        nodes.allSatisfy { node in
            node.cells.count == 1 || nodes.allSatisfy { !node.cells.contains($0.id) || $0.cells == node.cells }
        }
    }
}
