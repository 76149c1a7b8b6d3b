// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The PCI devices of one place under their bridges.
///
/// Of bridges those alone are kept that two devices share, and the root port of the others.
struct DeviceTree: Sendable {
    /// A bridge, and what is below it; devices stand before bridges.
    struct Branch: Sendable {
        /// The addresses of the bridges, from the root down, that have nothing else below them.
        var bridges: [String]
        var devices: [Leaf]
        var branches: [Branch]
    }

    struct Leaf: Sendable {
        var className: String
        var address: String
        var model: String
        /// The driver, and how many virtual functions there are.
        var notes: [String]
    }

    /// More devices are named by kind and number.
    static let mostDevices = 48

    /// More bridges above one another than a bus number allows are no tree.
    private static let deepest = 255

    let roots: [Branch]
    /// How many of the chipset there are, for which nobody asks.
    let others: Int

    /// - Parameter hasDomains: addresses need their PCI domain to be told apart.
    init(_ devices: [Device], hasDomains: Bool) {
        let physical = Set(devices.map(\.address))
        var functions: [String: Int] = [:]
        var shown: [(path: ArraySlice<String>, leaf: Leaf)] = []
        var others = 0
        func short(_ address: String) -> String {
            hasDomains ? address : String(address.drop { $0 != ":" }.dropFirst())
        }
        for device in devices {
            if let owner = device.physicalFunction, physical.contains(owner) { functions[owner, default: 0] += 1 }
        }
        for device in devices {
            if let owner = device.physicalFunction, physical.contains(owner) { continue }
            guard let name = PCINames.className(of: device) else {
                others += 1
                continue
            }
            var notes = device.driver.map { [$0] } ?? []
            if device.virtualLimit > 0 {
                notes.append("\(functions[device.address, default: 0]) of \(device.virtualLimit) VFs")
            }
            if device.hasInheritedLocality { notes.append("node by its bridge") }
            let leaf = Leaf(
                className: name, address: short(device.address), model: PCINames.model(of: device), notes: notes)
            shown.append((device.path.dropLast().prefix(Self.deepest).map(short)[...], leaf))
        }
        self.others = others
        roots = Self.branches(shown, above: [])
    }

    private static func branches(_ devices: [(path: ArraySlice<String>, leaf: Leaf)], above: [String]) -> [Branch] {
        var own: [Leaf] = []
        var order: [String] = []
        var below: [String: [(path: ArraySlice<String>, leaf: Leaf)]] = [:]
        for (path, leaf) in devices {
            guard let first = path.first else {
                own.append(leaf)
                continue
            }
            if below[first] == nil { order.append(first) }
            below[first, default: []].append((path.dropFirst(), leaf))
        }
        // A bridge with one thing below it stands on one line with that.
        if own.isEmpty, order.count == 1, let only = order.first {
            return branches(below[only] ?? [], above: above + [only])
        }
        let branches = order.flatMap { Self.branches(below[$0] ?? [], above: [$0]) }
        return above.isEmpty && own.isEmpty ? branches : [Branch(bridges: above, devices: own, branches: branches)]
    }

    var isEmpty: Bool { roots.isEmpty && others == 0 }

    /// The devices by kind: `GPU NVIDIA 20b0 ×8`.
    var kinds: [String] {
        var order: [String] = []
        var counts: [String: Int] = [:]
        func add(_ branch: Branch) {
            for leaf in branch.devices {
                let kind = "\(leaf.className) \(leaf.model)"
                if counts[kind] == nil { order.append(kind) }
                counts[kind, default: 0] += 1
            }
            for below in branch.branches { add(below) }
        }
        for root in roots { add(root) }
        return order.map { "\($0)" + (counts[$0] == 1 ? "" : " ×\(counts[$0] ?? 0)") }
    }

    private var count: Int {
        func count(_ branch: Branch) -> Int { branch.devices.count + branch.branches.reduce(0) { $0 + count($1) } }
        return roots.reduce(0) { $0 + count($1) }
    }

    /// The tree as lists in lists; nil where there is nothing.
    ///
    /// - Parameter isSmall: name kinds and numbers, and not each device.
    func markup(isSmall: Bool) -> Markup? {
        guard !isEmpty else { return nil }
        var items =
            isSmall || count > Self.mostDevices
            ? kinds.map { Markup("li", [:], $0) } : roots.flatMap(Self.items)
        if others > 0 { items.append(Markup("li", ["class": "faint"], "\(others) of the chipset")) }
        return Markup("ul", ["class": "devices", "aria-label": "PCI devices"], items)
    }

    private static func items(_ branch: Branch) -> [Markup] {
        // A bridge that one device has for itself is a note of the device.
        if branch.branches.isEmpty, branch.devices.count == 1, !branch.bridges.isEmpty {
            return [item(branch.devices[0], below: branch.bridges)]
        }
        let inner = branch.devices.map { item($0, below: []) } + branch.branches.flatMap(items)
        guard !branch.bridges.isEmpty else { return inner }
        let title = "bridge \(branch.bridges.joined(separator: " › "))"
        return [
            Markup("li", ["class": "bridge"], [Markup("span", ["class": "faint"], title), Markup("ul", [:], inner)])
        ]
    }

    private static func item(_ leaf: Leaf, below bridges: [String]) -> Markup {
        let bridge = bridges.isEmpty ? [] : ["bridge \(bridges.joined(separator: " › "))"]
        return Markup(
            "li", ["class": "device"],
            [
                Markup("b", [:], leaf.className), Markup(words: " "), Markup("code", [:], leaf.address),
                Markup(words: " "),
                Markup("span", ["class": "faint"], ([leaf.model] + leaf.notes + bridge).joined(separator: ", ")),
            ])
    }
}
