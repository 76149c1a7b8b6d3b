// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// A machine as boxes: sockets, in them nodes, in these amounts, cores, holders and devices.
struct MachineFigure {
    /// From this number of nodes on, the boxes are small.
    static let manyNodes = 17

    let scene: MachineScene
    private let isSmall: Bool
    private let hasDomains: Bool
    private var machine: Machine { scene.machine }

    init(_ scene: MachineScene) {
        self.scene = scene
        isSmall = scene.machine.nodes.count >= Self.manyNodes
        hasDomains = scene.hasDomains
    }

    var markup: Markup {
        var parts = [Markup("h3", [:], "The machine"), Markup("p", ["class": "faint"], MachineWords.sizes(machine))]
        if let legend { parts.append(legend) }
        parts += scene.shortEverywhere.map { mark in
            Markup("p", ["class": "tags"], [mark.markup, Markup(words: "on every node")])
        }
        parts += groups
        if let elsewhere { parts.append(elsewhere) }
        if let distances = machine.distances, let figure = DistanceFigure(distances).markup { parts.append(figure) }
        return Markup("section", ["class": "machine", "aria-label": "the machine"], parts)
    }

    // MARK: Groups

    /// Sockets with several nodes are boxes of their own; else a node says its socket.
    private var groups: [Markup] {
        guard let sockets = scene.sockets else { return [grid(machine.nodes, saysSocket: true)] }
        return sockets.map { sockets, nodes in
            let title = MachineWords.sockets(sockets)
            return Markup(
                "div", ["class": "socket", "role": "group", "aria-label": title],
                [Markup("p", ["class": "socket-title"], title), grid(nodes, saysSocket: false)])
        }
    }

    private func grid(_ nodes: [Machine.Node], saysSocket: Bool) -> Markup {
        Markup(
            "div", ["class": isSmall ? "nodes small" : "nodes"],
            nodes.map { box($0, socket: saysSocket ? MachineWords.sockets(scene.sockets(of: $0)) : nil) })
    }

    // MARK: One node

    private func box(_ node: Machine.Node, socket: String?) -> Markup {
        let marks = scene.marks(of: node.id)
        var kinds = ["node"]
        for kind in [NodeMark.Kind.chosen, .short] where marks.contains(where: { $0.kind == kind }) {
            kinds.append("is-\(kind.rawValue)")
        }
        var notes: [String] = []
        if let socket, !isSmall { notes.append(socket) }
        if node.isDeviceMemory {
            notes.append("device memory")
        } else if let kind = node.memoryKind {
            notes.append(kind)
        }
        let label = ["node \(node.id)"] + notes + marks.map(\.words)
        var parts = [
            Markup(
                "p", ["class": "node-title"],
                [
                    Markup("b", [:], "node \(node.id)"),
                    Markup("span", ["class": "faint"], notes.joined(separator: " · ")),
                ])
        ]
        if !marks.isEmpty { parts.append(Markup("p", ["class": "tags"], marks.map(\.markup))) }
        parts.append(Markup("p", ["class": "cpus"], cpuWords(node)))
        parts += scene.bars(of: node).map(\.markup)
        if !isSmall, machine.nodes.count <= 8, let cores = CoreGrid(node, in: scene).markup { parts.append(cores) }
        if let holders = holders(scene.holders(on: node.id)) { parts.append(holders) }
        let devices = DeviceTree(
            machine.devices.filter { $0.locality == .nodes([node.id]) }, hasDomains: hasDomains)
        if let list = devices.markup(isSmall: isSmall) { parts.append(list) }
        return Markup(
            "div",
            ["class": kinds.joined(separator: " "), "role": "group", "aria-label": label.joined(separator: ", ")],
            parts)
    }

    private func cpuWords(_ node: Machine.Node) -> String {
        guard !node.cpus.isEmpty else {
            return "no CPUs" + (node.localCPUs.isEmpty || isSmall ? "" : ", near to \(node.localCPUs.list)")
        }
        let cores = Set(machine.cpus.filter { node.cpus.contains($0.id) }.map(\.core)).count
        return "CPUs \(node.cpus.list)"
            + (cores == node.cpus.count || isSmall ? "" : " (\(MachineWords.counted(cores, "core")))")
    }

    /// Who holds something here; many are folded.
    private func holders(_ shares: [HolderShare]) -> Markup? {
        guard !shares.isEmpty else { return nil }
        let list = Markup(
            "ul", ["class": "holders", "aria-label": "held by"],
            shares.map { share in
                Markup(
                    "li", [:],
                    [
                        Markup("b", [:], share.holder), Markup(words: " "),
                        Markup("span", ["class": "faint"], share.things.joined(separator: ", ")),
                    ])
            })
        guard isSmall || shares.count > 6 else { return list }
        return Markup(
            "details", ["class": "fold"], [Markup("summary", [:], MachineWords.counted(shares.count, "holder")), list])
    }

    // MARK: Beside the nodes

    /// What is near to no single node.
    private var elsewhere: Markup? {
        var boxes: [Markup] = scene.devicesElsewhere.compactMap { place, devices in
            DeviceTree(devices, hasDomains: hasDomains).markup(isSmall: isSmall).map { self.box(place.title, [$0]) }
        }
        let amounts = scene.elsewhere.map { Markup("p", [:], $0) }
        let others = holders(scene.holders(on: nil)).map { [$0] } ?? []
        if !amounts.isEmpty || !others.isEmpty { boxes.append(box("on no single node", amounts + others)) }
        return boxes.isEmpty ? nil : Markup("div", ["class": "nodes loose"], boxes)
    }

    private func box(_ title: String, _ inner: [Markup]) -> Markup {
        Markup(
            "div", ["class": "node elsewhere", "role": "group", "aria-label": title],
            [Markup("p", ["class": "node-title"], [Markup("b", [:], title)])] + inner)
    }

    /// What the parts of bars and the signs of cores mean, as far as they are used.
    private var legend: Markup? {
        guard scene.hasDecision else { return nil }
        func swatch(_ name: String) -> Markup {
            Markup(
                "span", ["class": "bar", "role": "img", "aria-label": "bar"],
                [
                    Markup("span", ["class": name, "style": "width:100%"], "")
                ])
        }
        return Markup(
            "ul", ["class": "legend", "aria-label": "signs"],
            [
                Markup("li", [:], [swatch("held"), Markup(words: " not free before")]),
                Markup("li", [:], [swatch("given"), Markup(words: " given to this pod")]),
            ]
                + [CoreGrid.State.given, .held].map {
                    Markup("li", [:], "\($0.sign) CPU \($0.meaning)")
                })
    }
}

extension Locality {
    /// Of a box for what is near to no single node.
    var title: String {
        switch self {
        case .unknown: "node unknown"
        case .any: "near to every node"
        case .nodes(let nodes): "near to nodes \(nodes.list)"
        }
    }
}
