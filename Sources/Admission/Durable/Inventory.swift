// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// What there is, held or not, for those who look what is left of pieces that were given before.
public struct Inventory: Sendable {
    /// The CPUs that can be used.
    public var cpus: CPUSet
    public var nodes: NUMANodeMask
    /// By resource; of a resource that is not named, nobody lists the devices.
    public var devices: [ResourceName: Set<String>]

    public init(cpus: CPUSet, nodes: NUMANodeMask, devices: [ResourceName: Set<String>] = [:]) {
        self.cpus = cpus
        self.nodes = nodes
        self.devices = devices
    }

    /// The usable CPUs and the nodes of a machine.
    public init(_ machine: Machine) {
        self.init(
            cpus: CPUSet(machine.cpus.filter { $0.isOnline && $0.isAllowed }.map(\.id)), nodes: machine.nodeMask)
    }

    /// What is left of a piece, nil for nothing; and what of it is gone, in words, nil for nothing.
    func left(of piece: Assignment) -> (piece: Assignment?, gone: String?) {
        switch piece.piece {
        case .cpus(let held):
            let gone = held.subtracting(cpus)
            guard !gone.isEmpty else { return (piece, nil) }
            let words = gone.count == 1 ? "CPU \(gone.list) is gone" : "CPUs \(gone.list) are gone"
            return (gone == held ? nil : piece.with(.cpus(held.intersection(cpus))), words)
        case .device(let id, _):
            guard let ids = devices[piece.resource], !ids.contains(id) else { return (piece, nil) }
            return (nil, "\(piece.resource) \(id) is gone")
        case .memory(let mask, let bytes, let shares):
            let gone = mask.subtracting(nodes)
            guard !gone.isEmpty else { return (piece, nil) }
            let words = gone.count == 1 ? "node \(gone.list) is gone" : "nodes \(gone.list) are gone"
            guard gone != mask else { return (nil, "\(piece.resource): \(words)") }
            let kept = shares.filter { nodes.contains($0.node) }
            let left = shares.isEmpty ? bytes : kept.reduce(0) { $0 + $1.bytes }
            return (
                piece.with(.memory(nodes: mask.intersection(nodes), bytes: left, shares: kept)),
                "\(piece.resource): \(words)"
            )
        }
    }
}

/// Memory of which less is free than pieces need.
struct FreeMemory {
    private var free: [ResourceName: [Int: UInt64]] = [:]

    init(_ stock: [Stock]) {
        for entry in stock {
            guard case .nodes(let nodes) = entry.locality, nodes.count == 1, let node = nodes.first else { continue }
            free[entry.resource, default: [:]][node] = entry.free
        }
    }

    /// As much of a piece as is free, nil for nothing; and how much is missing, in words, nil for nothing.
    mutating func take(_ piece: Assignment) -> (piece: Assignment?, gone: String?) {
        guard case .memory(let mask, let bytes, let shares) = piece.piece, let byNode = free[piece.resource] else {
            return (piece, nil)
        }
        var wanted = shares.map { (node: $0.node, bytes: $0.bytes) }
        if wanted.isEmpty {
            var rest = bytes
            for node in mask {
                let part = min(rest, byNode[node] ?? 0)
                wanted.append((node, part))
                rest -= part
            }
        }
        var taken: UInt64 = 0
        var given: [Assignment.Share] = []
        for part in wanted {
            let had = free[piece.resource]?[part.node] ?? 0
            let got = min(part.bytes, had)
            free[piece.resource]?[part.node] = had - got
            taken += got
            if got > 0 { given.append(Assignment.Share(node: part.node, bytes: got)) }
        }
        guard taken < bytes else { return (piece, nil) }
        let place = mask.count == 1 ? "node \(mask.list)" : "nodes \(mask.list)"
        let words =
            "\(piece.resource.text(of: bytes - taken)) of its \(piece.resource.text(of: bytes)) \(piece.resource) "
            + "on \(place) are gone"
        let left = piece.with(.memory(nodes: mask, bytes: taken, shares: shares.isEmpty ? [] : given))
        return (taken == 0 ? nil : left, words)
    }
}

extension Assignment {
    fileprivate func with(_ piece: Piece) -> Assignment {
        var changed = self
        changed.piece = piece
        return changed
    }
}
