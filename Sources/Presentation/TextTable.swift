// SPDX-License-Identifier: Apache-2.0

/// Columns of text, each as wide as its widest cell.
struct TextTable {
    /// Each cell with its width, which is counted once.
    private var rows: [[(text: String, width: Int)]] = []
    private let indent: String
    private let gap = 2

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
            // Between the cells of a row, so that the last one needs none.
            var blanks = ""
            for (column, cell) in cells.enumerated() {
                line += blanks
                line += cell.text
                blanks = String(repeating: " ", count: widths[column] - cell.width + gap)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
