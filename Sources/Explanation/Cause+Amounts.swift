// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore

extension Cause {
    /// Why a provider could not give what a unit asks for, wherever it is or where it has to be: too little is free.
    ///
    /// - Parameters:
    ///   - rows: those of the unit.
    ///   - unit: what the providers had.
    /// - Returns: nil if there is enough of everything, so that the provider's reason is all there is to say.
    init?(_ refusal: Refusal, short rows: [ResourceRow], in unit: UnitTrace) {
        var shortages: [Shortage] = []
        var facts: [Fact] = []
        // What the provider speaks of, not what would be refused too.
        for row in rows where refusal.reason.text.lowercased().contains(row.resource.rawValue.lowercased()) {
            var places = unit.places(of: row.resource)
            if let nodes = refusal.reason.nodes(lookedAtFor: row.resource) {
                places = places.filter { $0.nodes.intersects(nodes) }
            }
            guard let kept = Fact.enough(of: places, toRefuse: row.requested) else { continue }
            shortages.append(
                Shortage(resource: row.resource, requested: row.requested, cells: row.cells, sufficientNodes: []))
            // One resource is reason enough.
            guard facts.isEmpty else { continue }
            facts = [Fact(row.resource, .demand(need: row.requested, narrowest: nil))]
            facts += kept.map { Fact(row.resource, .shortage($0)) }
        }
        if shortages.isEmpty { return nil }
        self.init(text: refusal.reason.text, shortages: shortages, facts: facts)
    }
}

extension Cause.Fact {
    /// Those of the places that leave too little in all, were the others wholly free; nil if there is enough.
    fileprivate static func enough(of places: [Shortage], toRefuse need: UInt64) -> [Shortage]? {
        var most = places.reduce(UInt64(0)) { $0.addingClamped(max($1.free, $1.total)) }
        if most < need { return [] }
        var kept: [Shortage] = []
        // The largest gaps first: so none that is taken can be spared.
        for place in places.filter({ $0.free < $0.total }).sorted(by: { $1.total - $1.free < $0.total - $0.free }) {
            kept.append(place)
            most -= min(most, place.total - place.free)
            if most < need { return places.filter(kept.contains) }
        }
        return nil
    }
}

extension Reason {
    /// The nodes on which alone a provider looked for a resource, if it says so.
    func nodes(lookedAtFor resource: ResourceName) -> NUMANodeMask? {
        guard facts.contains(Fact("resource", resource.rawValue)) else { return nil }
        return facts.first { $0.key == "nodes" }.flatMap { NUMANodeMask(list: $0.value) }
    }
}

extension UnitTrace {
    /// What there is of a resource, each place once, in ascending order of nodes; from what the providers have, else from
    /// what they answered.
    func places(of resource: ResourceName) -> [Cause.Fact.Shortage] {
        let pools = stock.filter { $0.resource == resource }.map { stock in
            switch stock.locality {
            case .nodes(let nodes): Capacity.Pool(nodes: nodes, free: stock.free, total: stock.total)
            case .unknown, .any: Capacity.Pool(nodes: [], free: stock.free, total: stock.total)
            }
        }
        if !pools.isEmpty { return Capacity(need: 0, universe: [], pools: pools).places }
        for answer in resourceAnswers where answer.resource == resource {
            if case .capacity(let capacity) = answer.placement { return capacity.places }
        }
        return []
    }
}
