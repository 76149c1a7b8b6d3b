// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A machine as an SVG picture that needs nothing beside itself: what `topology --svg` writes.
public struct MachineDrawing: Sendable {
    private static let margin = 20
    private static let gap = 14
    private static let heading = 64

    private let machine: Machine
    private let source: String
    private let scene: MachineScene
    private let isSmall: Bool

    /// - Parameter source: what the machine was read from, as the user wrote it.
    public init(_ machine: Machine, source: String) {
        self.machine = machine
        self.source = source
        scene = MachineScene(machine)
        isSmall = machine.nodes.count >= MachineFigure.manyNodes
    }

    /// The picture, ending in a line end.
    public var text: String {
        var parts: [Markup] = []
        var (width, bottom) = (0, Self.heading)
        for group in groups {
            let placed = drawn(group, top: bottom)
            parts.append(placed.markup)
            width = max(width, placed.width)
            bottom += placed.height + Self.gap
        }
        let words = StyledText.wrapped(MachineWords.sizes(machine), width: max(30, width / 8))
        let distances = distanceLines(width: width)
        for (number, line) in distances.enumerated() {
            parts.append(
                Markup(
                    "text", ["class": "mono", "x": "\(Self.margin)", "y": "\(bottom + 22 + number * 17)"], line))
        }
        bottom += distances.isEmpty ? 0 : 30 + distances.count * 17
        let title = "Machine: \(source)"
        let head = [
            Markup("title", [:], title),
            Markup("desc", [:], MachineWords.sizes(machine)),
            Markup("style", [:], [Markup(fixed: Self.style)]),
            Markup("rect", ["class": "page", "width": "100%", "height": "100%"], []),
            Markup("text", ["class": "title", "x": "\(Self.margin)", "y": "32"], Self.cut(title, to: width / 10)),
            Markup("text", ["class": "faint", "x": "\(Self.margin)", "y": "52"], words.first ?? ""),
        ]
        let size = (width: max(360, width + 2 * Self.margin), height: bottom + Self.margin)
        var text = ""
        Markup(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-label": title,
                "viewBox": "0 0 \(size.width) \(size.height)", "width": "\(size.width)", "height": "\(size.height)",
            ], head + parts
        ).write(to: &text)
        return text
    }

    // MARK: Groups of nodes

    private struct Group {
        /// Of a socket with several nodes.
        var title: String?
        var cards: [NodeCard]
    }

    private var groups: [Group] {
        let hasDomains = scene.hasDomains
        func card(_ node: Machine.Node, _ note: String) -> NodeCard {
            NodeCard(node, note: note, in: scene, isSmall: isSmall, hasDomains: hasDomains)
        }
        var groups =
            scene.sockets.map { sockets in
                sockets.map { Group(title: MachineWords.sockets($0), cards: $1.map { card($0, "") }) }
            } ?? [
                Group(
                    title: nil,
                    cards: machine.nodes.map {
                        card($0, isSmall ? "" : MachineWords.sockets(scene.sockets(of: $0)))
                    })
            ]
        let others = scene.devicesElsewhere.map { place, devices in
            NodeCard(title: place.title, devices: devices, isSmall: isSmall, hasDomains: hasDomains)
        }
        if !others.isEmpty { groups.append(Group(title: nil, cards: others)) }
        return groups
    }

    private func drawn(_ group: Group, top: Int) -> (markup: Markup, width: Int, height: Int) {
        let card = NodeCard.width(isSmall: isSmall)
        let columns = max(1, min(group.cards.count, isSmall ? 8 : group.cards.count == 4 ? 2 : 4))
        let inset = group.title == nil ? 0 : 12
        var y = top + (group.title == nil ? 0 : 30)
        var parts: [Markup] = []
        for start in stride(from: 0, to: group.cards.count, by: columns) {
            let row = group.cards[start..<min(start + columns, group.cards.count)]
            let height = row.map(\.height).max() ?? 0
            for (place, one) in row.enumerated() {
                parts.append(one.drawn(x: Self.margin + inset + place * (card + Self.gap), y: y, height: height))
            }
            y += height + Self.gap
        }
        let width = columns * (card + Self.gap) - Self.gap + 2 * inset
        guard let title = group.title else { return (Markup("g", [:], parts), width, y - top - Self.gap) }
        let frame = [
            Markup("title", [:], title),
            Markup(
                "rect",
                [
                    "class": "socket", "x": "\(Self.margin)", "y": "\(top)", "width": "\(width)",
                    "height": "\(y - top)", "rx": "8",
                ], []),
            Markup("text", ["class": "faint", "x": "\(Self.margin + inset)", "y": "\(top + 21)"], title),
        ]
        return (Markup("g", ["role": "group", "aria-label": title], frame + parts), width, y - top)
    }

    // MARK: Below the nodes

    private func distanceLines(width: Int) -> [String] {
        guard let distances = machine.distances, distances.nodes.count > 1 else { return [] }
        return DistanceTable(distances: distances, width: max(40, width * 10 / 74)).lines.map {
            $0.rendered(inColour: false)
        }
    }

    /// What is longer ends in an ellipsis.
    static func cut(_ text: String, to count: Int) -> String {
        text.count <= max(20, count) ? text : text.prefix(max(20, count) - 1) + "…"
    }

    private static let style: StaticString = """

        svg {
          --page: #ffffff; --ground: #f7f8fa; --ink: #1b2027; --faint: #566070; --line: #c3cad4; --held: #6d7a8c;
          --empty: #e9edf2; font-family: system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif;
        }
        @media (prefers-color-scheme: dark) {
          svg {
            --page: #0f1318; --ground: #181d24; --ink: #e7eaef; --faint: #a6b0bd; --line: #46515f; --held: #8492a5;
            --empty: #262e38;
          }
        }
        text { fill: var(--ink); font-size: 13px; }
        .title { font-size: 18px; font-weight: 600; }
        .strong { font-weight: 600; }
        .faint { fill: var(--faint); }
        .mono { white-space: pre; font: 12px ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        .core { font-size: 10px; text-anchor: middle; }
        .page { fill: var(--page); }
        .socket { fill: none; stroke: var(--line); }
        .node { fill: var(--ground); stroke: var(--line); }
        .bar { fill: var(--empty); stroke: var(--held); }
        .share { fill: var(--held); }
        .cell { fill: var(--page); stroke: var(--line); }
        .cell.off { stroke-dasharray: 3 2; }

        """
}
