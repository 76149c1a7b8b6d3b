// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The distances between nodes as a table of numbers, or where that is too wide, of letters.
struct DistanceTable {
    let distances: Distances
    let width: Int

    var lines: [StyledText] {
        let ids = distances.nodes.map(String.init)
        let numbers = distances.rows.map { $0.map(String.init) }
        let cell = max(ids.map(\.count).max() ?? 1, numbers.joined().map(\.count).max() ?? 1) + 2
        let label = (ids.map(\.count).max() ?? 1) + "node ".count
        if label + cell * ids.count <= width { return table(numbers, ids: ids, cell: cell, label: label) }
        if label + 2 + ids.count <= width { return letters(ids: ids, label: label) }
        return StyledText.wrapped("distances of \(ids.count) nodes: too wide, see -o json", width: width)
            .map { StyledText($0, .faint) }
    }

    private func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private func table(_ numbers: [[String]], ids: [String], cell: Int, label: Int) -> [StyledText] {
        var lines = [StyledText("distance".padding(to: label), .strong)]
        for id in ids { lines[0] += StyledText(padded(id, cell), .strong) }
        for (row, id) in ids.enumerated() {
            var line = StyledText("node \(id)".padding(to: label), .strong)
            let styles = styles(row)
            for column in ids.indices {
                line += StyledText(padded(numbers[row][column], cell), styles[column])
            }
            lines.append(line)
        }
        return lines
    }

    /// One character a distance: a point for a node to itself, `a` for the nearest and so on.
    private func letters(ids: [String], label: Int) -> [StyledText] {
        let values = Set(distances.rows.joined()).sorted()
        let alphabet = Array("·abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ").map(String.init)
        func letter(_ value: UInt64) -> String {
            let rank = values.firstIndex(of: value) ?? 0
            return rank < alphabet.count ? alphabet[rank] : "?"
        }
        let known = values.prefix(alphabet.count).map { "\(letter($0)) \($0)" }.joined(separator: "  ")
        var lines = StyledText.wrapped("distance: \(known)", width: width).map { StyledText($0, .strong) }
        for (row, id) in ids.enumerated() {
            var line = StyledText(("node \(id)").padding(to: label + 2), .strong)
            let styles = styles(row)
            for column in ids.indices {
                line += StyledText(letter(distances.rows[row][column]), styles[column])
            }
            lines.append(line)
        }
        return lines
    }

    /// Near ones stand out in one colour, the farthest in another.
    private func styles(_ row: Int) -> [StyledText.Style] {
        let values = distances.rows[row]
        let others = values.enumerated().filter { $0.offset != row }.map(\.element)
        let (nearest, farthest) = (others.min() ?? 0, others.max() ?? 0)
        return values.enumerated().map { column, value in
            if row == column { return .faint }
            if nearest == farthest { return .plain }
            return value == nearest ? .good : value == farthest ? .bad : .plain
        }
    }
}

extension String {
    /// With blanks after it up to a width.
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
