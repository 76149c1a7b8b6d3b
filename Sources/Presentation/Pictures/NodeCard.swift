// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// One box of a drawn machine: lines of words, bars and cores, from top to bottom.
struct NodeCard {
    private enum Line {
        case words(String, StaticString)
        /// Parts of a hundred.
        case bar(Int)
        case cores([CoreGrid.Core])
    }

    /// An upper bound of how wide a letter of a fixed width is, in tenths.
    private static let letter = 74
    private static let padding = 12

    private let title: String
    private let note: String
    private let isSmall: Bool
    private var lines: [Line] = []

    static func width(isSmall: Bool) -> Int { columns(isSmall: isSmall) * letter / 10 + 2 * padding }

    private static func columns(isSmall: Bool) -> Int { isSmall ? 20 : 40 }

    private var columns: Int { Self.columns(isSmall: isSmall) }
    private var inner: Int { Self.width(isSmall: isSmall) - 2 * Self.padding }

    /// - Parameter note: stands beside the title.
    init(_ node: Machine.Node, note: String, in scene: MachineScene, isSmall: Bool, hasDomains: Bool) {
        title = "node \(node.id)"
        self.isSmall = isSmall
        let kind = node.isDeviceMemory ? "device memory" : node.memoryKind ?? ""
        self.note = [note, kind].filter { !$0.isEmpty }.joined(separator: " · ")
        let cores = CoreGrid(node, in: scene)
        let near = node.localCPUs.isEmpty ? "" : ", near to \(node.localCPUs.list)"
        add(node.cpus.isEmpty ? "no CPUs\(near)" : "CPUs \(node.cpus.list)", "")
        if !isSmall, scene.machine.nodes.count <= 8, (1...CoreGrid.mostCPUs).contains(cores.count) {
            lines.append(.cores(cores.cores))
        }
        for bar in scene.bars(of: node) {
            add("\(bar.resource) \(bar.words)", "")
            if let share = bar.heldShare { lines.append(.bar(share)) }
        }
        add(scene.machine.devices.filter { $0.locality == .nodes([node.id]) }, hasDomains)
    }

    /// A box for what is near to no single node.
    init(title: String, devices: [Device], isSmall: Bool, hasDomains: Bool) {
        (self.title, note, self.isSmall) = (title, "", isSmall)
        add(devices, hasDomains)
    }

    private mutating func add(_ words: String, _ style: StaticString) {
        for line in StyledText.wrapped(words, width: columns) {
            lines.append(.words(MachineDrawing.cut(line, to: columns), style))
        }
    }

    private mutating func add(_ devices: [Device], _ hasDomains: Bool) {
        for line in DeviceLines.lines(for: devices, hasDomains: hasDomains, width: columns) {
            lines.append(.words(line.rendered(inColour: false), "faint"))
        }
    }

    // MARK: Drawing

    var height: Int { 40 + lines.reduce(0) { $0 + height($1) } + 8 }

    private func height(_ line: Line) -> Int {
        switch line {
        case .words: 18
        case .bar: 14
        case .cores(let cores): rows(cores) * 20 + 6
        }
    }

    private func cell(_ cores: [CoreGrid.Core]) -> Int {
        min(inner, max(24, (cores.map(\.label.count).max() ?? 1) * 6 + 8))
    }

    private func perRow(_ cores: [CoreGrid.Core]) -> Int { max(1, (inner + 4) / (cell(cores) + 4)) }

    private func rows(_ cores: [CoreGrid.Core]) -> Int { (cores.count + perRow(cores) - 1) / perRow(cores) }

    func drawn(x: Int, y: Int, height: Int) -> Markup {
        let label = note.isEmpty ? title : "\(title), \(note)"
        let left = x + Self.padding
        var parts = [
            Markup("title", [:], label),
            Markup(
                "rect",
                [
                    "class": "node", "x": "\(x)", "y": "\(y)", "width": "\(Self.width(isSmall: isSmall))",
                    "height": "\(height)", "rx": "6",
                ], []),
            Markup("text", ["class": "strong", "x": "\(left)", "y": "\(y + 24)"], title),
        ]
        if !note.isEmpty {
            parts.append(
                Markup(
                    "text", ["class": "faint", "x": "\(left + inner)", "y": "\(y + 24)", "text-anchor": "end"],
                    MachineDrawing.cut(note, to: columns - title.count - 2)))
        }
        var top = y + 36
        for line in lines {
            parts += drawn(line, x: left, y: top)
            top += self.height(line)
        }
        return Markup("g", ["role": "group", "aria-label": label], parts)
    }

    private func drawn(_ line: Line, x: Int, y: Int) -> [Markup] {
        func rect(_ style: String, _ x: Int, _ y: Int, _ width: Int, _ height: Int) -> Markup {
            Markup(
                "rect",
                [
                    "class": style, "x": "\(x)", "y": "\(y)", "width": "\(width)", "height": "\(height)", "rx": "2",
                ], [])
        }
        switch line {
        case .words(let words, let style):
            return [Markup("text", ["class": "mono \(style)", "x": "\(x)", "y": "\(y + 13)"], words)]
        case .bar(let share):
            return [rect("bar", x, y, inner, 8), rect("share", x, y, inner * share / 100, 8)]
        case .cores(let cores):
            let (width, perRow) = (cell(cores), perRow(cores))
            return cores.enumerated().flatMap { place, core in
                let left = x + place % perRow * (width + 4)
                let top = y + place / perRow * 20
                let isOff = core.state == .offline || core.state == .forbidden
                return [
                    rect(isOff ? "cell off" : "cell", left, top, width, 16),
                    Markup("text", ["class": "core", "x": "\(left + width / 2)", "y": "\(top + 12)"], core.label),
                ]
            }
        }
    }
}
