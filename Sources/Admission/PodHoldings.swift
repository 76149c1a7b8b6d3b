// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What the containers of one pod hold, piece by piece, as time goes by.
public struct PodHoldings: Hashable, Sendable {
    public let pod: PodSpec
    /// By the container's place in the pod.
    public private(set) var pieces: [[Assignment]]

    /// - Parameter pieces: what they hold at first; may be shorter than the pod.
    public init(_ pod: PodSpec, pieces: [[Assignment]] = []) {
        self.pod = pod
        self.pieces = pod.containers.indices.map { pieces.indices.contains($0) ? pieces[$0] : [] }
    }

    /// What an admitted pod holds.
    ///
    /// - Parameter before: what its containers held when it was decided about.
    public init(admitted trace: DecisionTrace, before: [[Assignment]] = []) {
        self.init(trace.pod, pieces: before)
        for (index, allocation) in trace.allocations.enumerated() { give(allocation.assignments, to: index) }
    }

    /// A container was given pieces, or has them still. Memory that it took over from an init container, that one
    /// has no more.
    public mutating func give(_ given: [Assignment], to index: Int) {
        let before = pieces[index]
        pieces[index] = given
        for piece in given where !before.contains(piece) {
            guard case .memory(let nodes, let bytes, _) = piece.piece, let donor = piece.takenFrom,
                let place = pod.containers.firstIndex(where: { $0.name == donor })
            else { continue }
            takeAway(bytes, of: piece.resource, on: nodes, from: place)
        }
    }

    private mutating func takeAway(
        _ bytes: UInt64, of resource: ResourceName, on nodes: NUMANodeMask, from index: Int
    ) {
        var rest = bytes
        for place in pieces[index].indices {
            guard let held = pieces[index][place].bytes(of: resource, on: nodes) else { continue }
            let part = min(rest, held.bytes)
            var (left, less) = ([Assignment.Share](), part)
            for share in held.shares {
                left.append(Assignment.Share(node: share.node, bytes: share.bytes - min(share.bytes, less)))
                less -= min(share.bytes, less)
            }
            pieces[index][place].piece = .memory(nodes: nodes, bytes: held.bytes - part, shares: left)
            rest -= part
        }
        // Of several pieces only those that are left count; a container without any bytes keeps its mask.
        func isEmpty(_ piece: Assignment) -> Bool { piece.bytes(of: resource, on: nodes)?.bytes == 0 }
        let isGone = !pieces[index].contains { ($0.bytes(of: resource, on: nodes)?.bytes ?? 0) > 0 }
        let first = isGone ? pieces[index].firstIndex(where: isEmpty) : nil
        if let first { pieces[index][first].takenFrom = nil }
        let kept = pieces[index].indices.filter { $0 == first || !isEmpty(pieces[index][$0]) }
        pieces[index] = kept.map { pieces[index][$0] }
    }

    /// A container started: ordinary init containers before it have no memory any more.
    public mutating func started(_ index: Int) {
        for before in 0..<index where pod.containers[before].kind == .initialization {
            pieces[before].removeAll { if case .memory = $0.piece { true } else { false } }
        }
    }
}

extension Assignment {
    /// What it has of a type of memory on just these nodes; nil if it is something else.
    fileprivate func bytes(of wanted: ResourceName, on mask: NUMANodeMask) -> (bytes: UInt64, shares: [Share])? {
        guard resource == wanted, case .memory(mask, let bytes, let shares) = piece else { return nil }
        return (bytes, shares)
    }
}
