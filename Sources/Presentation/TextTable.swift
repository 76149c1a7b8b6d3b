// SPDX-License-Identifier: Apache-2.0

/// Columns of text, each as wide as its widest cell.
struct TextTable {
    /// Each cell with its width, which is counted once.
    private var rows: [[(text: String, width: Int)]] = []
    private let indent: String
    private let gap = "  "

    init(indent: String) { self.indent = indent }

    mutating func add(_ cells: [String]) { rows.append(cells.map { ($0, $0.count) }) }

    /// The rows as lines, without blanks at their ends.
    var lines: [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].width : 0 }.max() ?? 0
        }
        return rows.map { cells in
            var line = indent
            for (column, cell) in cells.enumerated() {
                if column > 0 { line += gap }
                line += cell.text
                line += String(repeating: " ", count: widths[column] - cell.width)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
