// SPDX-License-Identifier: Apache-2.0

import Explanation
import NUMACore

/// One unit of a decision as a table: for each resource what each node has, then the masks of its hints; at the end
/// what they were merged into.
struct UnitMatrix {
    /// From this number of nodes on, nodes of which all is the same share a column.
    private static let manyNodes = 9
    /// How many masks of several nodes a resource shows.
    private static let mostMasks = 6

    private let unit: Explanation.Unit
    private let title: String
    private let merged: String?
    private let columns: [NUMANodeMask]
    private let hasUnknown: Bool
    private let hasAnywhere: Bool

    /// - Parameter merged: what the hints were merged into, in words.
    init(_ unit: Explanation.Unit, title: String, merged: String?, nodes: NUMANodeMask) {
        self.unit = unit
        self.title = title
        self.merged = merged
        columns = nodes.count < Self.manyNodes ? nodes.map { [$0] } : Self.groups(of: nodes, in: unit)
        hasUnknown = unit.rows.contains { $0.unknown != nil }
        hasAnywhere = unit.rows.contains { $0.anywhere != nil }
    }

    var markup: Markup {
        guard !unit.rows.isEmpty else {
            return Markup("section", [:], [Markup("h3", [:], title), Markup("p", [:], "It asks for nothing.")])
        }
        let table = Markup(
            "table", ["class": "matrix"],
            [Markup("thead", [:], [header])] + unit.rows.map(body) + (mergedBody.map { [$0] } ?? []))
        return Markup(
            "section", [:],
            [
                Markup("h3", [:], title),
                Markup(
                    "div", ["class": "scroll", "role": "region", "aria-label": "hints of \(title)", "tabindex": "0"],
                    [table]),
                Markup(
                    "p", ["class": "faint key"],
                    "✓ the node alone has enough · ✕ it has too little · ● the node is in the mask · * preferred: no "
                        + "mask could be narrower on an empty machine"),
            ])
    }

    // MARK: Columns

    /// Nodes with the same amounts, which the same masks have in them.
    private static func groups(of nodes: NUMANodeMask, in unit: Explanation.Unit) -> [NUMANodeMask] {
        struct Same: Hashable {
            var amounts: [UInt64]
            var masks: [Bool]
        }
        let masks = unit.rows.map { Self.masks($0.answer) }
        let hints = masks.flatMap { Self.wider($0).prefix(mostMasks) } + (unit.merged.map { [$0] } ?? [])
        var order: [Same] = []
        var members: [Same: NUMANodeMask] = [:]
        for (place, node) in nodes.enumerated() {
            let same = Same(
                amounts: unit.rows.flatMap { row in
                    row.cells.indices.contains(place) ? [row.cells[place].free, row.cells[place].total] : []
                },
                masks: hints.map { $0.nodes?.contains(node) ?? false }
                    + masks.flatMap { own in
                        let single = own.first { $0.nodes == [node] }
                        return [single != nil, single?.isPreferred ?? false]
                    })
            if members[same] == nil { order.append(same) }
            members[same, default: []].insert(node)
        }
        return order.compactMap { members[$0] }
    }

    private static func masks(_ answer: ResourceRow.Answer) -> [TopologyHint] {
        if case .hints(let masks, _) = answer { masks } else { [] }
    }

    private var extraColumns: Int { (hasUnknown ? 1 : 0) + (hasAnywhere ? 1 : 0) }

    private var header: Markup {
        var names = ["resource and masks", "requested"]
        names += columns.map { $0.count == 1 ? "node \($0.list)" : "nodes \($0.list)" }
        if hasUnknown { names.append("node unknown") }
        if hasAnywhere { names.append("any node") }
        return Markup("tr", [:], names.map { Markup("th", ["scope": "col"], $0) })
    }

    // MARK: Rows

    private func body(_ row: ResourceRow) -> Markup {
        var requested = row.resource.text(of: row.requested)
        if let counted = row.counted { requested += " (\(row.resource.text(of: counted)) counted)" }
        var cells = [Markup("th", ["scope": "row"], row.resource.rawValue), Markup("td", [:], requested)]
        cells += columns.map { cell(row, $0) }
        if hasUnknown { cells.append(amount(row, row.unknown)) }
        if hasAnywhere { cells.append(amount(row, row.anywhere)) }
        return Markup("tbody", [:], [Markup("tr", ["class": "resource"], cells)] + answer(row))
    }

    /// What one node of the column has, which all of them have.
    private func cell(_ row: ResourceRow, _ nodes: NUMANodeMask) -> Markup {
        guard let cell = row.cells.first(where: { $0.node == nodes.first }), cell.total > 0 else {
            return Markup("td", ["class": "faint"], "none")
        }
        let words = "\(row.resource.text(of: cell.free)) of \(row.resource.text(of: cell.total))"
        // Where any node will do, none of them is short.
        switch row.answer {
        case .notAsked, .noProvider, .noPreference: return Markup("td", ["class": "amounts"], words)
        case .impossible, .hints: break
        }
        let isEnough = cell.free >= (row.counted ?? row.requested)
        return Markup("td", ["class": isEnough ? "amounts enough" : "amounts short"], (isEnough ? "✓ " : "✕ ") + words)
    }

    private func amount(_ row: ResourceRow, _ elsewhere: ResourceRow.Elsewhere?) -> Markup {
        Markup(
            "td", [:],
            elsewhere.map { "\(row.resource.text(of: $0.free)) of \(row.resource.text(of: $0.total))" } ?? "–")
    }

    private func answer(_ row: ResourceRow) -> [Markup] {
        switch row.answer {
        case .notAsked: return [remark("not asked: the policy asks nobody")]
        case .noProvider: return [remark("no provider answers for it")]
        case .noPreference: return [remark("no preference: any node will do")]
        case .impossible(let reason): return [remark("✕ impossible: \(reason.text)")]
        case .hints(let masks, let isComplete):
            if masks.isEmpty { return [remark("✕ no hint: no mask has enough")] }
            let others = Self.wider(masks)
            let isWhole = isComplete && others.count <= Self.mostMasks
            return [singles(masks, isComplete: isComplete)].compactMap { $0 }
                + others.prefix(Self.mostMasks).map {
                    mask($0, name: Self.name($0), kind: $0.isPreferred ? "mask preferred" : "mask")
                } + (isWhole ? [] : [remark("… and others, which are wider or not preferred")])
        }
    }

    private func remark(_ words: String, of name: String = "hint") -> Markup {
        Markup(
            "tr", ["class": "mask"],
            [
                Markup("th", ["scope": "row"], name),
                Markup("td", ["colspan": "\(1 + columns.count + extraColumns)", "class": "remark"], words),
            ])
    }

    /// The masks of one node each, in one line. They are listed first, so that where no wider one is listed, nothing is
    /// known of the nodes after the last.
    private func singles(_ masks: [TopologyHint], isComplete: Bool) -> Markup? {
        let own = masks.filter { $0.nodes?.count == 1 }
        guard !own.isEmpty else { return nil }
        let last = isComplete || own.count < masks.count ? Int.max : own.compactMap { $0.nodes?.first }.max() ?? 0
        let cells = columns.map { column in
            let hint = own.first { $0.nodes?.first == column.first }
            if hint == nil, (column.first ?? 0) > last { return Markup("td", ["class": "out"], "not listed") }
            return Markup(
                "td", ["class": hint == nil ? "out" : "in"], hint.map { $0.isPreferred ? "● *" : "●" } ?? "·")
        }
        let rest = (0..<extraColumns).map { _ in Markup("td", [:], "") }
        let isWider = own.contains { $0.includesWider }
        return Markup(
            "tr", ["class": "mask"],
            [Markup("th", ["scope": "row"], "one node"), Markup("td", [:], isWider ? "and wider" : "")] + cells + rest)
    }

    /// The masks that a line of single nodes does not show.
    private static func wider(_ masks: [TopologyHint]) -> [TopologyHint] { masks.filter { $0.nodes?.count != 1 } }

    private func mask(_ hint: TopologyHint, name: String, kind: String) -> Markup {
        guard let nodes = hint.nodes else { return remark("no mask: any node will do") }
        let cells = columns.map { column in
            let isIn = column.first.map(nodes.contains) ?? false
            return Markup("td", ["class": isIn ? "in" : "out"], isIn ? "●" : "·")
        }
        let rest = (0..<extraColumns).map { _ in Markup("td", [:], "") }
        return Markup(
            "tr", ["class": kind],
            [
                Markup("th", ["scope": "row"], name),
                Markup("td", [:], hint.isPreferred ? "* preferred" : hint.includesWider ? "and wider" : ""),
            ] + cells + rest)
    }

    private static func name(_ hint: TopologyHint) -> String {
        let nodes = hint.nodes.map { "{\($0.list)}" } ?? "no mask: any node"
        return nodes + (hint.isPreferred ? "*" : "") + (hint.includesWider ? " and wider" : "")
    }

    private var mergedBody: Markup? {
        guard let hint = unit.merged, let merged else { return nil }
        let row =
            hint.nodes == nil
            ? remark(merged, of: "merged") : mask(hint, name: "merged: \(merged)", kind: "mask")
        return Markup("tbody", ["class": "merged"], [row])
    }
}
