// SPDX-License-Identifier: Apache-2.0

import HintMerge
import NUMACore

/// Says in one sentence why some resources come to no preferred result: one alone, or several of which
/// each fewer would do.
struct CauseSentence {
    /// Each for itself, in order of resource; not empty.
    let offers: [Offer]
    let rows: [ResourceRow]
    let options: MergeOptions

    func cause() -> Cause {
        let shortages = offers.map(shortage)
        if offers.count == 1 { return Cause(text: alone(offers[0]), shortages: shortages) }
        return Cause(text: differentSizes() ?? nothingInCommon(), shortages: shortages)
    }

    private var wantsOneNode: Bool { options.policy == .singleNUMANode }

    private func shortage(_ offer: Offer) -> Cause.Shortage {
        let row = row(offer)
        return Cause.Shortage(
            resource: offer.resource, requested: row?.requested ?? 0, cells: row?.cells ?? [],
            sufficientNodes: offer.universe.filter { offer.isOffered([$0]) })
    }

    private func row(_ offer: Offer) -> ResourceRow? { rows.first { $0.resource == offer.resource } }

    // MARK: One resource

    private func alone(_ offer: Offer) -> String {
        let resource = offer.resource
        switch offer.form {
        case .any: return "\(resource) has no preference"
        case .impossible(let reason):
            return reason.text.contains(resource.rawValue) ? reason.text : "\(resource): \(reason.text)"
        case .masks(let hints):
            let masks = list(hints.map { $0.nodes.map { "{\($0.list)}" } ?? "no mask" })
            let found = hints.isEmpty ? "nothing" : masks
            let wanted = wantsOneNode ? "no single node that it prefers" : "none of them preferred"
            return "\(resource): its provider offers \(found), \(wanted)"
        case .capacities(let capacities):
            return "\(phrase(offer)); \(inTheWay(offer, capacities) ?? tooLittle(offer))"
        }
    }

    private func tooLittle(_ offer: Offer) -> String {
        if wantsOneNode { return "no single node is enough" }
        guard let count = offer.narrowest else { return "no mask of nodes is enough" }
        let size = count == 1 ? "1 node" : "\(count) nodes"
        return "an empty machine could hold it on \(size), this one cannot"
    }

    /// What forbids a mask that has enough free, if there is such a mask.
    private func inTheWay(_ offer: Offer, _ capacities: [Capacity]) -> String? {
        let bare = Offer(offer.resource, capacities: capacities.map(\.withoutConditions), offer.universe)
        let isEnough =
            wantsOneNode ? offer.universe.contains { bare.isPreferred([$0]) } : bare.hasPreferredMask
        guard isEnough else { return nil }
        let groups = capacities.flatMap(\.groups).filter { $0.intersects(offer.universe) }
        if !groups.isEmpty {
            return "nodes are in use as \(list(groups.map { "{\($0.list)}" })), "
                + "and each of these is used as a whole or not at all"
        }
        let reused = capacities.flatMap(\.mustMeet)
        guard !reused.isEmpty else { return nil }
        return "what the pod has already is on \(list(reused.map { "{\($0.list)}" })), and is used again first"
    }

    // MARK: Several

    /// Two that prefer masks of different sizes, so that no mask can be preferred by both.
    private func differentSizes() -> String? {
        guard offers.count == 2, !wantsOneNode, options.semantics == .current,
            let first = offers[0].preferredSize, let second = offers[1].preferredSize, first != second,
            offers[0].joint == nil || offers[0].joint != offers[1].joint
        else { return nil }
        return "\(offers[0].resource) needs \(first) node\(first == 1 ? "" : "s") and \(offers[1].resource) "
            + "\(second), so no mask is the narrowest for both "
            + "(\(offers.map(phrase).joined(separator: "; ")))"
    }

    private func nothingInCommon() -> String {
        let masks = offers.map { offer -> [NUMANodeMask]? in
            wantsOneNode
                ? offer.universe.filter { offer.isPreferred([$0]) }.map { [$0] } : offer.preferredMasks()
        }
        let count = offers.count == 2 ? "both" : "all \(offers.count)"
        let areNodes = masks.allSatisfy { $0?.allSatisfy { $0.count == 1 } ?? false }
        if rows.isEmpty { return places.joined(separator: ", ") + ": \(end(count, areNodes: areNodes))" }
        let parts = zip(offers, masks).map { offer, masks in
            guard !areNodes, let masks else { return phrase(offer) }
            return phrase(offer) + ", best on " + list(masks.prefix(4).map { "{\($0.list)}" })
        }
        return (parts + [end(count, areNodes: areNodes)]).joined(separator: "; ")
    }

    private func end(_ count: String, areNodes: Bool) -> String {
        if areNodes { return "no node has \(count)" }
        return options.semantics == .kubelet1_23
            ? "no choice of such masks has a node in common for \(count)" : "no mask is best for \(count)"
    }

    /// Where masks are all that is known: `cpu can be had on {1} or {0-1}`, `memory only on {0}`.
    private var places: [String] {
        offers.enumerated().map { place, offer in
            let (masks, isComplete) = offer.masks(atMost: 3)
            let texts = masks.map { $0.nodes.map { "{\($0.list)}" } ?? "no mask" } + (isComplete ? [] : ["..."])
            let verb = place == 0 ? " can be had" : ""
            return "\(offer.resource)\(verb) \(texts.count == 1 ? "only " : "")on \(texts.joined(separator: " or "))"
        }
    }

    // MARK: What there is

    /// `cpu: node 0 has 6 of 8 free, node 1 has 8 of 8, 8 requested`,
    /// `nvidia.com/gpu: only node 0 has any, 1 of 2 free, 1 requested`.
    private func phrase(_ offer: Offer) -> String {
        let (resource, row) = (offer.resource, row(offer))
        func amount(_ free: UInt64, _ total: UInt64) -> String {
            "\(resource.text(of: free)) of \(resource.text(of: total))"
        }
        let cells = row?.cells ?? []
        let present = cells.filter { $0.total > 0 }
        var parts: [String] = []
        if present.isEmpty {
            if case .masks(let hints) = offer.form {
                parts = ["offered on " + list(hints.compactMap { $0.nodes.map { "{\($0.list)}" } })]
            } else {
                parts = ["no node has any"]
            }
        } else if present.count == 1, cells.count > 1 {
            parts = ["only node \(present[0].node) has any, \(amount(present[0].free, present[0].total)) free"]
        } else if present.count > 8 {
            parts = grouped(present).map { "\($0.nodes) nodes have \(amount($0.free, $0.total)) free" }
        } else {
            parts = present.enumerated().map { place, cell in
                "node \(cell.node) has \(amount(cell.free, cell.total))" + (place == 0 ? " free" : "")
            }
        }
        if let near = row?.anywhere { parts.append("\(amount(near.free, near.total)) near every node") }
        if let lost = row?.unknown { parts.append("\(amount(lost.free, lost.total)) on nodes unknown") }
        if let row { parts.append("\(resource.text(of: row.counted ?? row.requested)) requested") }
        return "\(resource): \(parts.joined(separator: ", "))"
    }

    /// How many nodes have how much: the kinds with most free, three of them at most.
    private func grouped(_ cells: [ResourceRow.Cell]) -> [(nodes: Int, free: UInt64, total: UInt64)] {
        var groups: [(nodes: Int, free: UInt64, total: UInt64)] = []
        for cell in cells {
            if let place = groups.firstIndex(where: { $0.free == cell.free && $0.total == cell.total }) {
                groups[place].nodes += 1
            } else {
                groups.append((1, cell.free, cell.total))
            }
        }
        return Array(groups.sorted { ($1.free, $1.total) < ($0.free, $0.total) }.prefix(3))
    }

    /// The first three, and a sign that there are more.
    private func list(_ words: [String]) -> String {
        words.prefix(3).joined(separator: ", ") + (words.count > 3 ? ", ..." : "")
    }
}
