// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// One frame of `numa-hints top`: the nodes with what is free of each resource, then who holds the rest.
///
/// It has as many lines as the terminal at most, and says what did not fit.
public struct TopFrame: Sendable {
    /// What stands in the first line beside the program's name.
    public struct Heading: Sendable {
        /// From where it is known who holds what.
        var source: String
        /// As the caller writes times.
        var time: String
        /// Which keys do what; empty where nobody presses any.
        var keys: String

        public init(source: String, time: String, keys: String = "") {
            (self.source, self.time, self.keys) = (source, time, keys)
        }
    }

    private let report: StatusReport
    private let heading: Heading
    private let width: Int
    private let height: Int

    /// - Parameters:
    ///   - width: columns; at least 20 are used.
    ///   - height: lines; at least 6 are used.
    public init(_ report: StatusReport, _ heading: Heading, width: Int, height: Int) {
        self.report = report
        self.heading = heading
        self.width = max(20, width)
        self.height = max(6, height)
    }

    /// The lines, none wider than the terminal, with escape sequences for colours if wanted.
    public func lines(hasColour: Bool) -> [String] {
        styled.map { line in
            var text = line.onOneLine.fitted(to: width).rendered(inColour: hasColour)
            while text.utf8.last == 0x20 { text.removeLast() }
            return text
        }
    }

    private var styled: [StyledText] {
        let nodes = report.nodes ?? []
        let order = Self.order(nodes, report)
        let holders = HolderTotal.all(report.pods, order: order)
        let columns = TopColumns(nodes, holders, order: order, width: width)
        var lines = [title, summary(nodes, holders, order)]
        var ends: [StyledText] = []
        if columns.isCut {
            ends.append(
                StyledText(
                    "… \(MachineWords.counted(columns.left.count, "resource")) more: "
                        + columns.left.map(\.rawValue).joined(separator: ", "), .faint))
        }
        if let warning = report.warnings.first {
            let others = report.warnings.count - 1
            ends.append(StyledText("▲ \(others > 0 ? "(and \(others) more) " : "")\(warning)", .notice))
        }
        // Two headings, and a blank line between the tables.
        let room = max(2, height - lines.count - ends.count - 3)
        let (forNodes, forHolders) = Self.share(room, nodes.count, holders.count)
        if !nodes.isEmpty {
            lines.append(columns.heading("node", "free of total"))
            lines += Self.cut(nodes.map(columns.line), to: forNodes, "node")
        }
        lines += ["", columns.heading("holder", "held")]
        lines +=
            holders.isEmpty
            ? [StyledText("nothing is held", .faint)] : Self.cut(holders.map(columns.line), to: forHolders, "holder")
        return Array((lines + ends).prefix(height))
    }

    // MARK: Parts

    private var title: StyledText {
        var line = StyledText("numa-hints top", .strong) + StyledText("  \(heading.time)", .faint)
        let keys = heading.keys.isEmpty ? "" : "  \(heading.keys)"
        let room = width - line.width - keys.count - 2
        if room >= 12 {
            line += StyledText("  \(heading.source)").fitted(to: room + 2)
        }
        return line + StyledText(keys, .faint)
    }

    private func summary(_ nodes: [NodeHoldings], _ holders: [HolderTotal], _ order: [ResourceName]) -> StyledText {
        var parts = [
            MachineWords.counted(nodes.filter { $0.id != nil }.count, "node"),
            MachineWords.counted(holders.count, "holder"),
        ]
        for resource in order {
            let amounts = nodes.flatMap(\.amounts).filter { $0.resource == resource.rawValue }
            guard !amounts.isEmpty else { continue }
            let free = amounts.reduce(UInt64(0)) { $0.addingClamped($1.free) }
            let total = amounts.reduce(UInt64(0)) { $0.addingClamped($1.total) }
            parts.append("\(resource) \(resource.text(of: free)) of \(resource.text(of: total)) free")
        }
        if nodes.isEmpty { parts[0] = "the machine is not known" }
        return StyledText(parts.joined(separator: ", "))
    }

    /// CPUs, memory, huge pages, then devices by name.
    private static func order(_ nodes: [NodeHoldings], _ report: StatusReport) -> [ResourceName] {
        var names = Set(nodes.flatMap { $0.amounts.map(\.resource) + $0.devices.map(\.resource) })
        names.formUnion(report.pods.flatMap(\.containers).flatMap { $0.allocation.assignments.map(\.resource) })
        func rank(_ name: ResourceName) -> Int { name == .cpu ? 0 : name == .memory ? 1 : name.isHugepages ? 2 : 3 }
        return names.map { ResourceName($0) }.sorted { (rank($0), $0) < (rank($1), $1) }
    }

    /// How many lines each table has: what one does not need is the other's.
    private static func share(_ room: Int, _ nodes: Int, _ holders: Int) -> (nodes: Int, holders: Int) {
        let wanted = max(1, holders)
        if nodes + wanted <= room { return (nodes, wanted) }
        let half = room / 2
        if nodes <= half { return (nodes, room - nodes) }
        if wanted <= room - half { return (room - wanted, wanted) }
        return (half, room - half)
    }

    /// The first lines, and how many there are besides.
    private static func cut(_ lines: [StyledText], to count: Int, _ word: String) -> [StyledText] {
        guard lines.count > count else { return lines }
        let shown = max(0, count - 1)
        return lines.prefix(shown) + [StyledText("… \(MachineWords.counted(lines.count - shown, word)) more", .faint)]
    }
}
