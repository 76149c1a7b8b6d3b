// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The cores of a node as small boxes, each with the numbers of its CPUs.
struct CoreGrid {
    /// A node with more CPUs is shown by their list alone.
    static let mostCPUs = 64

    /// What became of a core, and its sign.
    enum State: String, CaseIterable {
        case free, held, given, offline, forbidden

        var sign: String {
            switch self {
            case .free: ""
            case .held: "×"
            case .given: "✓"
            case .offline: "–"
            case .forbidden: "⊘"
            }
        }

        var meaning: String {
            switch self {
            case .free: "held by nobody alone"
            case .held: "held alone by another pod"
            case .given: "given to this pod"
            case .offline: "off-line"
            case .forbidden: "not to be used here"
            }
        }
    }

    struct Core {
        var cpus: [Int]
        var state: State
    }

    let cores: [Core]

    init(_ node: Machine.Node, in scene: MachineScene) {
        var order: [Int] = []
        var members: [Int: [Machine.CPU]] = [:]
        for cpu in scene.machine.cpus where cpu.node == node.id {
            if members[cpu.core] == nil { order.append(cpu.core) }
            members[cpu.core, default: []].append(cpu)
        }
        cores = order.compactMap { core in
            members[core].map { cpus in Core(cpus: cpus.map(\.id), state: Self.state(of: cpus, in: scene)) }
        }
    }

    /// How many CPUs they have.
    var count: Int { cores.reduce(0) { $0 + $1.cpus.count } }

    /// Nil where there are too many to be looked at one by one, or none.
    var markup: Markup? {
        guard (1...Self.mostCPUs).contains(count) else { return nil }
        return Markup(
            "ul", ["class": "cores", "aria-label": "cores"],
            cores.map { core in
                let numbers = core.cpus.map(String.init).joined(separator: " ")
                let sign = core.state.sign.isEmpty ? "" : " \(core.state.sign)"
                return Markup(
                    "li", ["class": core.state.rawValue, "title": "CPU \(numbers): \(core.state.meaning)"],
                    numbers + sign)
            })
    }

    private static func state(of cpus: [Machine.CPU], in scene: MachineScene) -> State {
        if cpus.allSatisfy({ !$0.isOnline }) { return .offline }
        if cpus.allSatisfy({ !$0.isAllowed }) { return .forbidden }
        if cpus.contains(where: { scene.givenCPUs.contains($0.id) }) { return .given }
        return cpus.contains { scene.heldCPUs.contains($0.id) } ? .held : .free
    }
}
