// SPDX-License-Identifier: Apache-2.0

import Admission
public import NUMACore

/// One resource of a unit against the machine's nodes: the line of the table that people are shown.
public struct ResourceRow: Hashable, Sendable {
    /// What there is of the resource on one node.
    public struct Cell: Hashable, Sendable {
        public var node: Int
        public var free: UInt64
        public var total: UInt64
    }

    /// What there is of the resource where no node can be named.
    public struct Elsewhere: Hashable, Sendable {
        public var free: UInt64
        public var total: UInt64
    }

    /// What the provider answered, as masks.
    public enum Answer: Hashable, Sendable {
        /// Nobody was asked: the policy is none.
        case notAsked
        /// No provider answers for the resource.
        case noProvider
        case noPreference
        case impossible(Reason)
        /// The first masks, and whether there are no others.
        case hints([TopologyHint], isComplete: Bool)
    }

    public var resource: ResourceName
    /// The provider that answers for it, or nil.
    public var provider: String?
    public var requested: UInt64
    /// How much of that the provider looks for a place for, where it is not the same: a whole pod's
    /// containers with a fraction of a CPU, say, count as none.
    public var counted: UInt64?
    /// A cell for each node of the machine, ascending.
    public var cells: [Cell]
    /// Pieces whose nodes the platform does not say.
    public var unknown: Elsewhere?
    /// Pieces that are near to every node alike.
    public var anywhere: Elsewhere?
    public var answer: Answer

    /// All that there is of it, on nodes or elsewhere; what is near several nodes counts for each.
    public var total: UInt64 {
        cells.reduce(unknown?.total ?? 0) { $0.addingClamped($1.total) }.addingClamped(anywhere?.total ?? 0)
    }
}

extension ResourceRow {
    /// The most masks that a row holds: all that four nodes have, and the narrowest of more nodes.
    public static let maskLimit = 15

    init(
        _ resource: ResourceName, requested: UInt64, unit: UnitTrace, nodes: NUMANodeMask, offer: Offer?
    ) {
        self.resource = resource
        self.requested = requested
        provider = unit.answers.first { $0.answers.contains { $0.resource == resource } }?.provider
        let capacity = Self.capacity(of: resource, unit)
        counted = capacity.flatMap { $0.need == requested ? nil : $0.need }
        let stock = unit.stock.filter { $0.resource == resource }
        cells = nodes.map { node in capacity.map { Self.cell(node, $0) } ?? Self.cell(node, stock) }
        unknown = Self.elsewhere(.unknown, stock)
        anywhere = Self.elsewhere(.any, stock)
        switch offer?.form {
        case nil: answer = unit.merge == nil && unit.answers.isEmpty ? .notAsked : .noProvider
        case .any: answer = .noPreference
        case .impossible(let reason): answer = .impossible(reason)
        case .capacities where offer?.isIndifferent == true: answer = .noPreference
        case .masks, .capacities:
            let (masks, isComplete) = offer?.masks(atMost: Self.maskLimit) ?? ([], true)
            answer = .hints(masks, isComplete: isComplete)
        }
    }

    /// The amounts by which it was answered for, if it was.
    private static func capacity(of resource: ResourceName, _ unit: UnitTrace) -> Capacity? {
        for provider in unit.answers {
            for answer in provider.answers where answer.resource == resource {
                if case .capacity(let capacity) = answer.placement { return capacity }
            }
        }
        return nil
    }

    /// From the amounts of the answer, which count what the pod may reuse.
    private static func cell(_ node: Int, _ capacity: Capacity) -> Cell {
        var cell = Cell(node: node, free: 0, total: 0)
        for pool in capacity.pools where pool.nodes.contains(node) {
            cell.free = cell.free.addingClamped(pool.free)
            cell.total = cell.total.addingClamped(pool.total)
        }
        return cell
    }

    /// From what the provider has of the resource.
    private static func cell(_ node: Int, _ stock: [Stock]) -> Cell {
        var cell = Cell(node: node, free: 0, total: 0)
        for stock in stock {
            guard case .nodes(let nodes) = stock.locality, nodes.contains(node) else { continue }
            cell.free = cell.free.addingClamped(stock.free)
            cell.total = cell.total.addingClamped(stock.total)
        }
        return cell
    }

    private static func elsewhere(_ locality: Locality, _ stock: [Stock]) -> Elsewhere? {
        let found = stock.filter { $0.locality == locality }
        guard !found.isEmpty else { return nil }
        return found.reduce(into: Elsewhere(free: 0, total: 0)) {
            $0.free = $0.free.addingClamped($1.free)
            $0.total = $0.total.addingClamped($1.total)
        }
    }
}
