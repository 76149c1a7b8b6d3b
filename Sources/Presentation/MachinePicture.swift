// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A machine as a picture for people: a box for each node, and the distances below.
public struct MachinePicture: Sendable {
    /// From this number of nodes on, the boxes are small.
    private static let manyNodes = 17

    private let machine: Machine
    private let source: String
    private let width: Int
    private let hasColour: Bool
    private let isSmall: Bool
    private let hasDomains: Bool
    /// The columns inside a box that shares its line with a second one.
    private var inner: Int { machine.nodes.count == 1 ? min(76, width - 4) : max(30, (width - 1) / 2 - 4) }

    /// - Parameters:
    ///   - source: what the machine was read from, as the user wrote it.
    ///   - width: the columns there are; at least 40 are used.
    ///   - hasColour: with escape sequences for colours.
    public init(_ machine: Machine, source: String, width: Int = 80, hasColour: Bool = false) {
        self.machine = machine
        self.source = source
        self.width = max(40, width)
        self.hasColour = hasColour
        isSmall = machine.nodes.count >= Self.manyNodes
        hasDomains = Set(machine.devices.map { $0.address.prefix { $0 != ":" } }).count > 1
    }

    /// The lines of the picture, each ended.
    public var text: String {
        var lines = StyledText.wrapped(heading, width: width).map { StyledText($0, .strong) }
        lines += TextBox.grid(machine.nodes.map(box), width: width)
        lines += TextBox.grid(elsewhere, width: width)
        lines += legend
        if let distances = machine.distances, distances.nodes.count > 1 {
            lines.append("")
            lines += DistanceTable(distances: distances, width: width).lines
        }
        return lines.map { line in
            var text = line.rendered(inColour: hasColour)
            while text.utf8.last == 0x20 { text.removeLast() }
            return text + "\n"
        }.joined()
    }

    // MARK: Heading and legend

    private var heading: String { "\(source): " + MachineWords.sizes(machine) }

    private var legend: [StyledText] { memoryLegend + inheritance }

    /// The devices that people ask for whose place a bridge says.
    private var inheritance: [StyledText] {
        let addresses = machine.devices.filter { $0.hasInheritedLocality && PCINames.className(of: $0) != nil }
            .map(\.address)
        guard !addresses.isEmpty else { return [] }
        return [StyledText("by the bridge above, not by itself: \(addresses.joined(separator: ", "))", .faint)]
    }

    private var memoryLegend: [StyledText] {
        guard machine.nodes.contains(where: { $0.memoryBytes > 0 }) else { return [] }
        let largest = machine.nodes.map(\.memoryBytes).max() ?? 0
        var parts = ["█ ordinary pages"]
        if machine.nodes.contains(where: { $0.hugepageBytes > 0 }) { parts.append("▒ huge pages") }
        if machine.nodes.contains(where: { $0.memoryBytes < largest / 20 * 19 }) {
            parts.append("· less than the largest node")
        }
        return parts.count == 1 ? [] : [StyledText("memory: " + parts.joined(separator: "  "), .faint)]
    }

    // MARK: Boxes

    private func box(_ node: Machine.Node) -> TextBox {
        let sockets = Set(machine.cpus.filter { node.cpus.contains($0.id) }.map(\.socket)).sorted()
        var title = StyledText("node \(node.id)", .strong)
        if !sockets.isEmpty, !isSmall {
            title += StyledText(" · socket \(sockets.map(String.init).joined(separator: ","))", .faint)
        }
        let note = node.isDeviceMemory ? "device memory" : (node.memoryKind ?? "")
        var lines = cpuLines(node)
        lines.append(memoryLine(node))
        lines += hugepageLines(node)
        let devices = machine.devices.filter { $0.locality == .nodes([node.id]) }
        lines += DeviceLines.lines(for: devices, hasDomains: hasDomains, width: inner)
        return TextBox(title: title, note: StyledText(note, .notice), lines: lines)
    }

    private func label(_ text: String) -> StyledText {
        StyledText((isSmall ? String(text.prefix(4)) : text).padding(to: isSmall ? 5 : 7), .faint)
    }

    private func cpuLines(_ node: Machine.Node) -> [StyledText] {
        guard !node.cpus.isEmpty else {
            let near = node.localCPUs.isEmpty || isSmall ? "" : ", near to \(node.localCPUs.list)"
            return labelled("CPUs", "none\(near)")
        }
        let cores = Set(machine.cpus.filter { node.cpus.contains($0.id) }.map(\.core)).count
        let count = isSmall || cores == node.cpus.count ? "" : " (\(cores) cores)"
        return labelled("CPUs", node.cpus.list + count)
    }

    private func labelled(_ word: String, _ text: String) -> [StyledText] {
        StyledText.wrapped(text, width: isSmall ? 12 : inner - 7).enumerated().map { number, line in
            label(number == 0 ? word : "") + StyledText(line)
        }
    }

    /// The bar's length is the node's memory against that of the largest node.
    private func memoryLine(_ node: Machine.Node) -> StyledText {
        let text = BinaryQuantity.rounded(node.memoryBytes)
        let line = label(isSmall ? "mem" : "memory") + StyledText(text.padding(to: isSmall ? 6 : 8))
        guard node.memoryBytes > 0 else { return line }
        let columns = isSmall ? 4 : 16
        let largest = Double(machine.nodes.map(\.memoryBytes).max() ?? 1)
        func columnsFor(_ bytes: UInt64) -> Int { Int((Double(bytes) / largest * Double(columns)).rounded()) }
        let filled = max(1, columnsFor(node.memoryBytes))
        let huge = node.hugepageBytes == 0 ? 0 : min(filled, max(1, columnsFor(node.hugepageBytes)))
        return line + StyledText(String(repeating: "█", count: filled - huge), .good)
            + StyledText(String(repeating: "▒", count: huge), .accent)
            + StyledText(String(repeating: "·", count: columns - filled), .faint)
    }

    private func hugepageLines(_ node: Machine.Node) -> [StyledText] {
        node.hugepages.filter { $0.totalBytes > 0 }.map { pool in
            let size = BinaryQuantity.exact(pool.pageSize)
            let total = pool.pageSize == 0 ? 0 : pool.totalBytes / pool.pageSize
            guard let freeBytes = pool.freeBytes, pool.pageSize > 0 else {
                return label(size) + StyledText("\(total)\(isSmall ? "" : " pages")")
            }
            let free = freeBytes / pool.pageSize
            return label(size) + StyledText("\(free)", free == 0 ? .bad : .plain)
                + StyledText(isSmall ? "/\(total)" : " of \(total) pages free")
        }
    }

    /// Boxes for devices that are not near to just one node.
    private var elsewhere: [TextBox] {
        var boxes: [TextBox] = []
        var places: [Locality] = []
        let single = machine.nodes.map { Locality.nodes([$0.id]) }
        for device in machine.devices where !single.contains(device.locality) {
            if !places.contains(device.locality) { places.append(device.locality) }
        }
        for place in places {
            let devices = machine.devices.filter { $0.locality == place }
            boxes.append(
                TextBox(
                    title: StyledText(place.title, place == .unknown ? .notice : .strong),
                    lines: DeviceLines.lines(for: devices, hasDomains: hasDomains, width: inner)))
        }
        return boxes
    }
}

extension Machine.Node {
    fileprivate var hugepageBytes: UInt64 { hugepages.reduce(0) { $0.addingClamped($1.totalBytes) } }
}
