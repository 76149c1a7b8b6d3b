// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The columns of `numa-hints top`: a name, then one for each resource, which nodes and holders share.
struct TopColumns {
    private static let bars = [10, 6, 4, 0]

    private let resources: [ResourceName]
    /// The resources that did not fit.
    let left: [ResourceName]
    private let nameWidth: Int
    private let widths: [Int]
    private let bar: Int

    var isCut: Bool { !left.isEmpty }

    /// - Parameter order: all resources, the most important ones first; of the others those that are held are kept.
    init(_ nodes: [NodeHoldings], _ holders: [HolderTotal], order: [ResourceName], width: Int) {
        let longest = max("holder".count, (nodes.map(Self.name) + holders.map(\.holder)).map(\.count).max() ?? 0)
        let amounts = Dictionary(
            order.map { resource in
                let words = nodes.map { Self.words($0, resource) } + holders.map { Self.words($0, resource) }
                return (resource, words.map(\.count).max() ?? 0)
            }, uniquingKeysWith: max)
        func needed(_ resource: ResourceName, _ bar: Int) -> Int {
            max(resource.rawValue.count, (amounts[resource] ?? 0) + (bar > 0 ? bar + 1 : 0))
        }
        // Names that can be told apart, and more where there is room.
        let least = min(longest, max(20, width / 4))
        func isFitting(_ resources: [ResourceName], _ bar: Int) -> Bool {
            resources.reduce(least) { $0 + 2 + needed($1, bar) } <= width
        }
        let whole = Self.bars.first { isFitting(order, $0) } ?? 0
        let bar = whole > 0 ? whole : Self.bars.first { isFitting(Array(order.prefix(2)), $0) } ?? 0
        var kept: Set<ResourceName> = []
        let held = Set(holders.flatMap(\.amounts.resources))
        for resource in order.prefix(2) + order.dropFirst(2).filter(held.contains) + order.dropFirst(2) {
            let more = order.filter { kept.contains($0) || $0 == resource }
            if kept.isEmpty || isFitting(more, min(bar, 4)) { kept.insert(resource) }
        }
        resources = order.filter(kept.contains)
        left = order.filter { !kept.contains($0) }
        let own = Self.bars.first { [resources] in isFitting(resources, $0) } ?? 0
        self.bar = own
        widths = resources.map { needed($0, own) }
        nameWidth = max(4, min(longest, width - widths.reduce(0) { $0 + 2 + $1 }))
    }

    /// A line with the names of the resources.
    ///
    /// - Parameter meaning: what the numbers below it are.
    func heading(_ name: String, _ meaning: String) -> StyledText {
        let title = "\(name): \(meaning)"
        var line = StyledText(title.count <= nameWidth ? title : name, .strong).fitted(to: nameWidth)
        for (resource, width) in zip(resources, widths) {
            line += "  " + StyledText(resource.rawValue, .strong).fitted(to: width)
        }
        return line
    }

    func line(_ node: NodeHoldings) -> StyledText {
        var line = StyledText(Self.name(node)).fitted(to: nameWidth)
        for (resource, width) in zip(resources, widths) {
            guard let amount = Self.amount(node, resource) else {
                line += "  " + StyledText("-", .faint).fitted(to: width)
                continue
            }
            let words = StyledText(Self.words(node, resource), amount.free == 0 ? .bad : .plain)
            line += "  " + (drawn(amount) + words).fitted(to: width)
        }
        return line
    }

    func line(_ holder: HolderTotal) -> StyledText {
        var line = StyledText(holder.holder).fitted(to: nameWidth)
        for (resource, width) in zip(resources, widths) {
            let indent = StyledText(String(repeating: " ", count: bar > 0 ? bar + 1 : 0))
            line += "  " + (indent + StyledText(Self.words(holder, resource))).fitted(to: width)
        }
        return line
    }

    /// What is held, against all there is.
    private func drawn(_ amount: NodeHoldings.Amount) -> StyledText {
        guard bar > 0 else { return "" }
        let held = amount.total - min(amount.free, amount.total)
        let share = amount.total == 0 ? 0 : Int((Double(held) / Double(amount.total) * Double(bar)).rounded())
        let filled = held == 0 ? 0 : min(bar, max(1, share))
        return StyledText(String(repeating: "█", count: filled), .accent)
            + StyledText(String(repeating: "·", count: bar - filled) + " ", .faint)
    }

    private static func name(_ node: NodeHoldings) -> String { node.id.map { "node \($0)" } ?? "no node" }

    private static func amount(_ node: NodeHoldings, _ resource: ResourceName) -> NodeHoldings.Amount? {
        node.amounts.first { $0.resource == resource.rawValue }
    }

    private static func words(_ node: NodeHoldings, _ resource: ResourceName) -> String {
        amount(node, resource).map { "\(resource.text(of: $0.free))/\(resource.text(of: $0.total))" } ?? "-"
    }

    private static func words(_ holder: HolderTotal, _ resource: ResourceName) -> String {
        holder.amounts[resource].map { resource.text(of: $0) } ?? ""
    }
}
