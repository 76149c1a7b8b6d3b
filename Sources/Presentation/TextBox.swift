// SPDX-License-Identifier: Apache-2.0

/// A box of box-drawing characters with a title in its upper edge.
struct TextBox: Sendable {
    var title: StyledText
    /// Stands at the right end of the upper edge.
    var note: StyledText = ""
    var lines: [StyledText]

    /// The narrowest width in which nothing is cut.
    var naturalWidth: Int {
        let heading = title.width + (note.width == 0 ? 0 : note.width + 3) + 6
        return max(heading, (lines.map(\.width).max() ?? 0) + 4)
    }

    /// The box as lines that are `width` wide, `height` of them.
    func drawn(width: Int, height: Int) -> [StyledText] {
        let inner = max(1, width - 4)
        let notes = note.width == 0 ? StyledText() : StyledText(" ") + note + StyledText(" ─", .faint)
        let heading = title.fitted(to: min(title.width, max(1, width - 6 - notes.width)))
        let dashes = max(0, width - 5 - heading.width - notes.width)
        var drawn: [StyledText] = [
            StyledText("┌─ ", .faint) + heading + " "
                + StyledText(String(repeating: "─", count: dashes), .faint)
                + notes + StyledText("┐", .faint)
        ]
        let edge = StyledText("│", .faint)
        for row in 0..<max(0, height - 2) {
            let line = row < lines.count ? lines[row] : ""
            drawn.append(edge + " " + line.fitted(to: inner) + " " + edge)
        }
        drawn.append(StyledText("└" + String(repeating: "─", count: max(0, width - 2)) + "┘", .faint))
        return drawn
    }

    /// Boxes side by side, in as many rows as the width makes necessary.
    static func grid(_ boxes: [TextBox], width: Int) -> [StyledText] {
        guard !boxes.isEmpty else { return [] }
        let natural = min(width, boxes.map(\.naturalWidth).max() ?? width)
        let fitting = max(1, min(boxes.count, (width + 1) / (natural + 1)))
        // Rows of equal length look better than full ones and a rest.
        let rows = (boxes.count + fitting - 1) / fitting
        let columns = (boxes.count + rows - 1) / rows
        var lines: [StyledText] = []
        for start in stride(from: 0, to: boxes.count, by: columns) {
            let row = boxes[start..<min(start + columns, boxes.count)]
            let height = (row.map(\.lines.count).max() ?? 0) + 2
            let drawn = row.map { $0.drawn(width: natural, height: height) }
            for line in 0..<height {
                lines.append(
                    drawn.dropFirst().reduce(drawn.first?[line] ?? "") { $0 + " " + $1[line] })
            }
        }
        return lines
    }
}
