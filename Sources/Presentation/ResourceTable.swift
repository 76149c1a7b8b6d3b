// SPDX-License-Identifier: Apache-2.0

import Explanation
import NUMACore

/// The table of a unit's resources against the machine's nodes.
///
/// A few nodes have a column each. Of many nodes, those with equal amounts are put together.
struct ResourceTable {
    private let rows: [ResourceRow]
    private let nodes: NUMANodeMask
    private static let columnLimit = 8

    init(_ rows: [ResourceRow], nodes: NUMANodeMask) {
        self.rows = rows
        self.nodes = nodes
    }

    var lines: [String] {
        var table = TextTable(indent: "    ")
        let isWide = nodes.count > Self.columnLimit
        let hasUnknown = rows.contains { $0.unknown != nil }
        let hasAnywhere = rows.contains { $0.anywhere != nil }
        var header = ["resource", "requested"]
        header += isWide ? ["free on nodes"] : nodes.map { "node \($0)" }
        if hasUnknown { header.append("node unknown") }
        if hasAnywhere { header.append("any node") }
        table.add(header + ["hints (* preferred)"])
        for row in rows {
            var requested = row.resource.text(of: row.requested)
            if let counted = row.counted { requested += " (\(row.resource.text(of: counted)) counted)" }
            var cells = [row.resource.rawValue, requested]
            cells += isWide ? [grouped(row)] : row.cells.map { amount(row, $0.free, $0.total) }
            if hasUnknown { cells.append(row.unknown.map { amount(row, $0.free, $0.total) } ?? "-") }
            if hasAnywhere { cells.append(row.anywhere.map { amount(row, $0.free, $0.total) } ?? "-") }
            table.add(cells + [hints(row.answer)])
        }
        return table.lines
    }

    private func amount(_ row: ResourceRow, _ free: UInt64, _ total: UInt64) -> String {
        total == 0 ? "-" : "\(row.resource.text(of: free)) of \(row.resource.text(of: total))"
    }

    private func grouped(_ row: ResourceRow) -> String {
        var groups: [(text: String, nodes: NUMANodeMask)] = []
        for cell in row.cells {
            let text = amount(row, cell.free, cell.total)
            if let place = groups.firstIndex(where: { $0.text == text }) {
                groups[place].nodes.insert(cell.node)
            } else {
                groups.append((text, [cell.node]))
            }
        }
        let shown = groups.prefix(3).map { "\($0.nodes.list): \($0.text)" }
        return (shown + (groups.count > 3 ? ["\(groups.count - 3) more kinds"] : [])).joined(separator: "; ")
    }

    private func hints(_ answer: ResourceRow.Answer) -> String {
        switch answer {
        case .notAsked: return "not asked"
        case .noProvider: return "no provider"
        case .noPreference: return "no preference"
        case .impossible: return "impossible"
        case .hints(let masks, let isComplete):
            if masks.isEmpty { return "none" }
            let shown = masks.prefix(7).map { hint in
                let nodes = hint.nodes.map { "{\($0.list)}" } ?? "no mask"
                return nodes + (hint.isPreferred ? "*" : "") + (hint.includesWider ? " and wider" : "")
            }
            return shown.joined(separator: " ") + (isComplete && masks.count <= 7 ? "" : " ...")
        }
    }
}
