// SPDX-License-Identifier: Apache-2.0

import Explanation
import NUMACore

/// What a cause rests on and who holds what is short, a line each: without any one of them it would not be so.
struct FactLines {
    private let cause: Cause

    init(_ cause: Cause) { self.cause = cause }

    /// What the cause's own sentence says in full is not said again.
    var lines: [String] {
        let isSaid = cause.facts.allSatisfy { if case .demand = $0.kind { true } else { false } }
        if isSaid { return [] }
        let parts = short.map(line) + cause.facts.flatMap(conditions)
        let rest = parts.dropFirst(Self.mostLines)
        return parts.prefix(Self.mostLines) + (rest.isEmpty ? [] : ["and \(rest.count) more such facts"])
    }

    private static let mostLines = 8
    private static let mostHolders = 4

    /// What is short alike on several nodes.
    private struct Short {
        var resource: ResourceName
        var place: Cause.Fact.Shortage
        /// As much on each of these nodes.
        var nodes: NUMANodeMask
    }

    private var short: [Short] {
        var found: [Short] = []
        let isMany = cause.facts.count > Self.mostLines
        for fact in cause.facts {
            guard case .shortage(let place) = fact.kind else { continue }
            let same =
                !isMany
                ? nil
                : found.firstIndex { other in
                    other.resource == fact.resource && place.nodes.count == 1 && other.place.nodes.count == 1
                        && (other.place.free, other.place.total) == (place.free, place.total)
                        && !place.isExact && !other.place.isExact
                }
            if let same {
                found[same].nodes = found[same].nodes.union(place.nodes)
            } else {
                found.append(Short(resource: fact.resource, place: place, nodes: place.nodes))
            }
        }
        return found
    }

    private func line(_ short: Short) -> String {
        let (resource, place) = (short.resource, short.place)
        let amount = "\(resource.text(of: place.free)) of \(resource.text(of: place.total)) \(resource) free"
        let subject: String
        if place.nodes.isEmpty {
            subject = "what is on no known node is \(amount)"
        } else if place.nodes.count > 1 {
            subject = (place.isExact ? "as one, nodes" : "together, nodes") + " \(place.nodes.list) have \(amount)"
        } else if short.nodes.count > 1 {
            subject = "nodes \(short.nodes.list) have \(amount) each"
        } else {
            subject = "node \(short.nodes.list) has \(amount)"
        }
        return subject + requested(resource) + held(holders(of: resource, near: short.nodes))
    }

    private func held(_ names: [String]) -> String {
        names.isEmpty ? "" : "; held by \(names.joined(separator: ", "))"
    }

    private func requested(_ resource: ResourceName) -> String {
        for fact in cause.facts where fact.resource == resource {
            if case .demand(let need, _) = fact.kind { return ", \(resource.text(of: need)) requested" }
        }
        return ""
    }

    private func holders(of resource: ResourceName, near nodes: NUMANodeMask) -> [String] {
        let near = cause.holdings.filter { holding in
            holding.resource == resource
                && (holding.nodes.intersects(nodes) || holding.nodes.isEmpty && nodes.isEmpty)
        }
        return list(near, resource)
    }

    /// The largest by name.
    private func list(_ holdings: [Cause.Holding], _ resource: ResourceName) -> [String] {
        var amounts: [(holder: String, amount: UInt64)] = []
        for holding in holdings {
            if let known = amounts.firstIndex(where: { $0.holder == holding.holder }) {
                amounts[known].amount = amounts[known].amount.addingClamped(holding.amount)
            } else {
                amounts.append((holding.holder, holding.amount))
            }
        }
        amounts.sort { ($1.amount, $0.holder) < ($0.amount, $1.holder) }
        let names = amounts.prefix(Self.mostHolders).map { "\($0.holder) (\(resource.text(of: $0.amount)))" }
        let others = amounts.dropFirst(Self.mostHolders)
        if others.isEmpty { return names }
        let sum = others.reduce(UInt64(0)) { $0.addingClamped($1.amount) }
        return names + ["\(others.count) others (\(resource.text(of: sum)))"]
    }

    /// What is not a shortage and that the sentence may not say.
    private func conditions(_ fact: Cause.Fact) -> [String] {
        let resource = fact.resource
        switch fact.kind {
        case .group(let nodes):
            return [
                "\(resource): nodes \(nodes.list) are in use together, as a whole or not at all"
                    + held(holders(of: resource, near: nodes))
            ]
        case .reuse(let nodes):
            return ["\(resource): what the pod has already on \(words(nodes)) is used again first"]
        case .demand(let need, let narrowest?) where narrowest > 1:
            return ["\(resource): \(resource.text(of: need)) need \(narrowest) nodes even on an empty machine"]
        case .impossible:
            var places: [NUMANodeMask] = []
            for holding in cause.holdings where holding.resource == resource && !places.contains(holding.nodes) {
                places.append(holding.nodes)
            }
            return places.map { nodes in
                let names = cause.holdings.filter { $0.resource == resource && $0.nodes == nodes }
                return "\(resource) of \(words(nodes)) is" + held(list(names, resource)).dropFirst()
            }
        case .demand, .shortage, .offers: return []
        }
    }

    private func words(_ nodes: NUMANodeMask) -> String {
        nodes.isEmpty ? "no known node" : nodes.count == 1 ? "node \(nodes.list)" : "nodes \(nodes.list)"
    }
}
