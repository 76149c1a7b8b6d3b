// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit

/// An amount of one type that a container asks for.
struct MemoryNeed: Hashable, Sendable {
    /// The place of the type in the books.
    var type: Int
    var bytes: UInt64
    /// How it must be split over nodes; empty if that is open.
    var shares: [Assignment.Share] = []
}

/// Giving and taking back, in the order and by the rules of the kubelet's static memory manager policy.
extension MemoryBooks {
    /// Gives a container what it needs on a mask, type by type: first what init containers leave on exactly this
    /// mask, then what is free, from the lowest node up.
    mutating func give(_ needs: [MemoryNeed], on mask: NUMANodeMask, to holder: PodHolder, of pod: PodSpec) {
        note(pod)
        var given: [Block] = []
        for need in needs {
            let left = leftover(need.type, on: mask, inPod: pod.uid)
            let isSettled = !need.shares.isEmpty
            take(
                isSettled ? need.bytes : need.bytes - min(left, need.bytes), of: need.type, on: mask,
                shares: need.shares)
            given.append(
                Block(holder: holder, type: need.type, nodes: mask, bytes: need.bytes, shares: need.shares))
        }
        noteLeftovers(of: holder, given)
        for place in given.indices where given[place].shares.isEmpty { shrinkInitBlocks(for: &given[place], pod) }
        pods[pod.uid, default: Pod()].blocks += given
    }

    /// Charges bytes to the nodes of a mask, each of which has one assignment more, and is used with the others.
    mutating func take(
        _ bytes: UInt64, of type: Int, on mask: NUMANodeMask, shares: [Assignment.Share]
    ) {
        var rest = bytes
        for place in nodes.indices where mask.contains(nodes[place].id) {
            nodes[place].assignments += 1
            nodes[place].cells = mask
            let settled = shares.first { $0.node == nodes[place].id }?.bytes ?? 0
            let part = min(nodes[place].free[type], shares.isEmpty ? rest : settled)
            nodes[place].free[type] -= part
            rest -= min(rest, part)
        }
    }

    /// Takes a block back. Bytes that are nowhere in particular go to the lowest nodes first.
    private mutating func putBack(_ block: Block) {
        var rest = block.bytes
        for place in nodes.indices where block.nodes.contains(nodes[place].id) {
            nodes[place].assignments = max(0, nodes[place].assignments - 1)
            if !nodes[place].isUsed { nodes[place].cells = [nodes[place].id] }
            let given = nodes[place].allocatable[block.type] - nodes[place].free[block.type]
            let settled = block.shares.first { $0.node == nodes[place].id }?.bytes ?? 0
            let part = min(given, block.shares.isEmpty ? rest : settled)
            nodes[place].free[block.type] += part
            rest -= min(rest, part)
        }
    }

    /// Notes what an ordinary init container leaves to others (of each mask the most that one of them had), or
    /// that a lasting container used of it. Of other pods it is forgotten.
    mutating func noteLeftovers(of holder: PodHolder, _ given: [Block]) {
        if leftovers.podUID != holder.podUID { leftovers = (holder.podUID, []) }
        for block in given {
            let known = leftovers.list.firstIndex { $0.type == block.type && $0.nodes == block.nodes }
            switch (holder.kind, known) {
            case (.initialization, let known?):
                leftovers.list[known].bytes = max(leftovers.list[known].bytes, block.bytes)
            case (.initialization, nil):
                leftovers.list.append(Leftover(nodes: block.nodes, type: block.type, bytes: block.bytes))
            case (_, let known?):
                leftovers.list[known].bytes -= min(leftovers.list[known].bytes, block.bytes)
            case (_, nil): break
            }
        }
    }

    /// Moves bytes of ordinary init containers before the block's holder into the block, so that a pod's blocks
    /// add up to what its nodes are charged with.
    private mutating func shrinkInitBlocks(for block: inout Block, _ pod: PodSpec) {
        var rest = block.bytes
        for container in pod.containers {
            guard container.name != block.holder.container, rest > 0 else { return }
            guard container.kind == .initialization else { continue }
            for (place, other) in (pods[pod.uid]?.blocks ?? []).enumerated() {
                guard other.holder.container == container.name, other.type == block.type, other.nodes == block.nodes,
                    other.bytes > 0, other.shares.isEmpty
                else { continue }
                let part = min(other.bytes, rest)
                pods[pod.uid]?.blocks[place].shrink(by: part)
                block.takenOver.append(TakenOver(container: container.name, bytes: part))
                rest -= part
            }
        }
    }

    /// Notes the order of the pod's containers.
    mutating func note(_ pod: PodSpec) {
        if pods[pod.uid]?.containers.isEmpty ?? true {
            pods[pod.uid, default: Pod()].containers = pod.containers.map(\.name)
        }
    }

    /// Frees what a holder has, block by block in the order in which they were given.
    ///
    /// - Parameter forgets: whether what init containers of the pod left is forgotten once it has no block.
    mutating func release(_ holder: Holder, forgets: Bool) {
        let blocks = pods[holder.podUID]?.blocks ?? []
        for block in blocks where block.holder.isPart(of: holder) { putBack(block) }
        let kept = blocks.filter { !$0.holder.isPart(of: holder) }
        guard kept.isEmpty else {
            pods[holder.podUID]?.blocks = kept
            return
        }
        pods[holder.podUID] = nil
        if forgets, leftovers.podUID == holder.podUID { leftovers = ("", []) }
    }

    /// A container started: what ordinary init containers before it have is free.
    mutating func started(_ holder: Holder) {
        guard let pod = pods[holder.podUID], let name = holder.container,
            let place = pod.containers.firstIndex(of: name)
        else { return }
        for before in pod.containers[..<place] {
            func isEnded(_ block: Block) -> Bool {
                block.holder.container == before && block.holder.kind == .initialization
            }
            for block in pod.blocks where isEnded(block) { putBack(block) }
            pods[holder.podUID]?.blocks.removeAll(where: isEnded)
        }
    }
}

extension MemoryBooks.Block {
    /// Gives bytes away, not more than there are: first those that nobody had before.
    mutating func shrink(by amount: UInt64) {
        let taken = takenOver.reduce(UInt64(0)) { $0.addingClamped($1.bytes) }
        var rest = amount - min(amount, bytes - min(bytes, taken))
        bytes -= min(bytes, amount)
        for place in takenOver.indices {
            let part = min(rest, takenOver[place].bytes)
            takenOver[place].bytes -= part
            rest -= part
        }
        takenOver.removeAll { $0.bytes == 0 }
    }
}
