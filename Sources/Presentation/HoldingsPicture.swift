// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Who holds what as a picture for people: a box for each node.
struct HoldingsPicture {
    /// From this number of nodes on, the boxes say how much is free, and not who holds the rest.
    private static let manyNodes = 17
    /// Who holds one resource of a node; whoever comes after is in the list of pods alone.
    private static let holderLimit = 6
    private static let barWidth = 12

    private let nodes: [NodeHoldings]
    private let width: Int
    private let isSmall: Bool

    /// - Parameter width: the columns there are; at least 40 are used.
    init(_ nodes: [NodeHoldings], width: Int) {
        self.nodes = nodes
        self.width = max(40, width)
        isSmall = nodes.count >= Self.manyNodes
    }

    var lines: [StyledText] {
        TextBox.grid(
            nodes.map { node in
                let title = node.id.map { "node \($0)" } ?? (isSmall ? "no single node" : "on no single node")
                return TextBox(title: StyledText(title, .strong), lines: isSmall ? small(node) : full(node))
            }, width: width)
    }

    // MARK: Boxes

    private func small(_ node: NodeHoldings) -> [StyledText] {
        node.amounts.map { amount in
            let resource = ResourceName(amount.resource)
            let name = amount.resource.replacing(ResourceName.hugepagesPrefix, with: "").prefix(12)
            return StyledText("\(name) ", .faint)
                + StyledText(resource.text(of: amount.free), amount.free == 0 ? .bad : .plain)
                + StyledText(" of \(resource.text(of: amount.total))")
        }
    }

    private func full(_ node: NodeHoldings) -> [StyledText] {
        var lines: [StyledText] = []
        if node.id != nil { lines += cpuLines(node) }
        var names = Set(node.devices.map(\.resource) + node.heldMemory.map(\.resource))
        names.formUnion(node.amounts.map(\.resource))
        names.remove(ResourceName.cpu.rawValue)
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            lines += amountLines(node, ResourceName(name))
        }
        return lines
    }

    private func cpuLines(_ node: NodeHoldings) -> [StyledText] {
        guard !node.cpus.isEmpty else { return [StyledText("no CPUs", .faint)] }
        var words = "CPUs \(node.cpus)"
        if let cpu = node.amounts.first(where: { $0.resource == ResourceName.cpu.rawValue }) {
            words += ": \(ResourceName.cpu.text(of: cpu.free)) of \(ResourceName.cpu.text(of: cpu.total)) free"
        }
        let inner = max(36, (width - 1) / 2 - 4)
        let shared = node.sharedCPUs.map { [($0.isEmpty ? "none" : $0, "shared", StyledText.Style.faint)] } ?? []
        return StyledText.wrapped(words, width: inner).map { StyledText($0) }
            + capped(shared + node.heldCPUs.map { ($0.cpus, $0.holder.text, .plain) })
    }

    private func amountLines(_ node: NodeHoldings, _ resource: ResourceName) -> [StyledText] {
        var heading = StyledText(resource.rawValue)
        if let amount = node.amounts.first(where: { $0.resource == resource.rawValue }) {
            let words = "\(resource.text(of: amount.free)) of \(resource.text(of: amount.total)) free"
            heading += StyledText(": \(words) ") + (resource.unit == .bytes ? bar(amount) : "")
        }
        let bytes = node.heldMemory.filter { $0.resource == resource.rawValue }.map { held in
            let amount = resource.text(of: held.bytes)
            let place = held.nodes.count > 1 ? " (on nodes \(NUMANodeMask(held.nodes).list))" : ""
            return (amount, held.holder.text + place, StyledText.Style.plain)
        }
        let devices = node.devices.filter { $0.resource == resource.rawValue }.map { device in
            let holder = (device.holder?.text ?? "free") + (device.healthy ? "" : ", unhealthy")
            return (device.id, holder, device.holder == nil ? StyledText.Style.faint : .plain)
        }
        return [heading] + capped(bytes + devices)
    }

    private func bar(_ amount: NodeHoldings.Amount) -> StyledText {
        let held = amount.total - min(amount.free, amount.total)
        let share = Int((Double(held) / Double(amount.total) * Double(Self.barWidth)).rounded())
        let filled = held == 0 ? 0 : min(Self.barWidth, max(1, share))
        return StyledText(String(repeating: "█", count: filled), .accent)
            + StyledText(String(repeating: "·", count: Self.barWidth - filled), .faint)
    }

    private func capped(_ rows: [(what: String, who: String, style: StyledText.Style)]) -> [StyledText] {
        let shown = rows.count > Self.holderLimit + 1 ? Array(rows.prefix(Self.holderLimit)) : rows
        let column = shown.map(\.what.count).max() ?? 0
        return shown.map { StyledText("  \($0.what.padding(to: column))  ") + StyledText($0.who, $0.style) }
            + (shown.count < rows.count ? [StyledText("  and \(rows.count - shown.count) more", .faint)] : [])
    }
}
