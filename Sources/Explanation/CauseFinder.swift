// SPDX-License-Identifier: Apache-2.0

import HintMerge
import NUMACore

/// Finds the cause of a merge whose result the policy does not admit, or which is not preferred.
///
/// The cases, in the order in which they are tried:
/// 1. a resource is impossible;
/// 2. a resource has no mask that would do for the policy, alone as it is;
/// 3. the resources prefer masks of different sizes, so that no mask is preferred by all;
/// 4. each has such masks, but some resources have none in common.
struct CauseFinder {
    let offers: [Offer]
    let rows: [ResourceRow]
    let options: MergeOptions

    /// - Parameter offers: those of the unit that constrain something, in order of resource.
    init(offers: [Offer], rows: [ResourceRow], options: MergeOptions) {
        self.offers = offers.filter {
            if case .any = $0.form { return false }
            return true
        }
        self.rows = rows
        self.options = options
    }

    func cause() -> Cause? {
        for offer in offers {  // case 1
            if case .impossible(let reason) = offer.form {
                let isNamed = reason.text.contains(offer.resource.rawValue)
                let text = isNamed ? reason.text : "\(offer.resource): \(reason.text)"
                return Cause(text: text, shortages: [shortage(offer, [])])
            }
        }
        return options.policy == .singleNUMANode ? singleNodeCause() : alignmentCause()
    }

    // MARK: One node for all

    private func singleNodeCause() -> Cause? {
        let nodes = offers.map { offer in
            NUMANodeMask(offer.universe.filter { offer.isPreferred([$0]) })
        }
        for (offer, own) in zip(offers, nodes) where own.isEmpty {  // case 2
            let shortage = shortage(offer, [])
            return Cause(
                text: sentence(alone: offer, shortage, "no single node is enough"), shortages: [shortage])
        }
        return conflict(nodes.map { $0.map { [$0] } })  // case 4
    }

    // MARK: One mask for all

    private func alignmentCause() -> Cause? {
        var masks: [[NUMANodeMask]] = []
        for offer in offers {
            guard let own = offer.preferredMasks() else { return nil }
            if own.isEmpty {  // case 2
                let shortage = shortage(offer, sufficientNodes(offer))
                return Cause(text: busy(offer, shortage), shortages: [shortage])
            }
            masks.append(own)
        }
        if options.semantics == .current, let cause = differentSizes() { return cause }  // case 3
        return conflict(masks)  // case 4
    }

    private func busy(_ offer: Offer, _ shortage: Cause.Shortage) -> String {
        guard let count = offer.narrowest else {
            return sentence(alone: offer, shortage, "no mask of nodes is enough")
        }
        let size = count == 1 ? "1 node" : "\(count) nodes"
        return sentence(alone: offer, shortage, "an empty machine could hold it on \(size), this one cannot")
    }

    private func differentSizes() -> Cause? {
        guard let first = offers.first, let narrow = first.narrowest,
            let other = offers.first(where: { $0.narrowest != nil && $0.narrowest != narrow }),
            let wide = other.narrowest
        else { return nil }
        let pair = [first, other].map { shortage($0, sufficientNodes($0)) }
        let parts = pair.map(phrase)
        let text =
            "\(first.resource) fits \(narrow) node\(narrow == 1 ? "" : "s") and \(other.resource) \(wide) at best, "
            + "so no mask is the narrowest for both (\(parts.joined(separator: "; ")))"
        return Cause(text: text, shortages: pair)
    }

    // MARK: No mask in common

    /// The smallest set of resources that can be found by leaving out one after another, whose masks have
    /// none in common.
    private func conflict(_ masks: [[NUMANodeMask]]) -> Cause? {
        var kept = Array(offers.indices)
        guard !haveCommon(kept.map { masks[$0] }) else { return nil }
        for index in offers.indices.reversed() {
            let fewer = kept.filter { $0 != index }
            if fewer.count > 1, !haveCommon(fewer.map { masks[$0] }) { kept = fewer }
        }
        let shortages = kept.map { shortage(offers[$0], sufficientNodes(offers[$0])) }
        let single = kept.allSatisfy { masks[$0].allSatisfy { $0.count == 1 } }
        let what = single ? "node" : "mask"
        let count = kept.count == 2 ? "both" : "all \(kept.count)"
        var parts = shortages.map(phrase)
        if !single {
            parts = zip(kept, parts).map { index, part in
                part + ", best on " + masks[index].prefix(3).map { "{\($0.list)}" }.joined(separator: ", ")
                    + (masks[index].count > 3 ? ", ..." : "")
            }
        }
        let end = single ? "no node has \(count)" : "no \(what) is best for \(count)"
        return Cause(text: (parts + [end]).joined(separator: "; "), shortages: shortages)
    }

    private func haveCommon(_ lists: [[NUMANodeMask]]) -> Bool {
        guard let first = lists.first else { return true }
        if options.semantics == .kubelet1_23 {
            return lists.dropFirst().reduce(first) { merged, list in
                merged.flatMap { mask in list.map { mask.intersection($0) } }.filter { !$0.isEmpty }
            }.isEmpty == false
        }
        return first.contains { mask in lists.dropFirst().allSatisfy { $0.contains(mask) } }
    }

    // MARK: Words

    private func sufficientNodes(_ offer: Offer) -> [Int] {
        offer.universe.filter { offer.isOffered([$0]) }
    }

    private func shortage(_ offer: Offer, _ sufficient: [Int]) -> Cause.Shortage {
        let row = rows.first { $0.resource == offer.resource }
        return Cause.Shortage(
            resource: offer.resource, requested: row?.requested ?? 0, cells: row?.cells ?? [],
            sufficientNodes: sufficient)
    }

    private func sentence(alone offer: Offer, _ shortage: Cause.Shortage, _ end: String) -> String {
        "\(phrase(shortage)), \(offer.resource.text(of: shortage.requested)) requested; \(end)"
    }

    /// `cpu: node 0 has 6 of 8 free, node 1 has 8 of 8`, `nvidia.com/gpu: only node 0 has any, 1 of 2 free`.
    private func phrase(_ shortage: Cause.Shortage) -> String {
        let resource = shortage.resource
        let present = shortage.cells.filter { $0.total > 0 }
        if present.isEmpty { return "\(resource): no node has any" }
        func amount(_ cell: ResourceRow.Cell) -> String {
            "\(resource.text(of: cell.free)) of \(resource.text(of: cell.total))"
        }
        if present.count == 1, shortage.cells.count > 1 {
            return "\(resource): only node \(present[0].node) has any, \(amount(present[0])) free"
        }
        let shown = Self.telling(present)
        var parts = shown.enumerated().map { place, cell in
            "node \(cell.node) has \(amount(cell))" + (place == 0 ? " free" : "")
        }
        if shown.count < present.count { parts.append("\(present.count - shown.count) more nodes no better") }
        return "\(resource): \(parts.joined(separator: ", "))"
    }

    /// All of a few cells; of many, those with most free.
    private static func telling(_ cells: [ResourceRow.Cell]) -> [ResourceRow.Cell] {
        if cells.count <= 8 { return cells }
        return cells.sorted { ($1.free, $0.node) < ($0.free, $1.node) }.prefix(4).sorted { $0.node < $1.node }
    }
}
