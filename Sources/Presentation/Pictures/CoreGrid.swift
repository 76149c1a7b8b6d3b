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
        /// What became of each of its CPUs.
        var cpus: [(id: Int, state: State)]

        /// That of the CPU of which there is most to say.
        var state: State {
            let states = cpus.map(\.state)
            return [.given, .held, .free, .forbidden].first(where: states.contains) ?? .offline
        }

        /// The numbers of its CPUs and the sign of all, or where they are not alike, of each.
        var label: String {
            let isAlike = cpus.allSatisfy { $0.state == state }
            guard !isAlike else {
                return cpus.map { "\($0.id)" }.joined(separator: " ") + (state.sign.isEmpty ? "" : " \(state.sign)")
            }
            return cpus.map { "\($0.id)\($0.state.sign)" }.joined(separator: " ")
        }

        var meaning: String { cpus.map { "CPU \($0.id): \($0.state.meaning)" }.joined(separator: "; ") }
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
            members[core].map { cpus in Core(cpus: cpus.map { ($0.id, Self.state(of: $0, in: scene)) }) }
        }
    }

    /// How many CPUs they have.
    var count: Int { cores.reduce(0) { $0 + $1.cpus.count } }

    /// Nil where there are too many to be looked at one by one, or none.
    var markup: Markup? {
        guard (1...Self.mostCPUs).contains(count) else { return nil }
        return Markup(
            "ul", ["class": "cores", "aria-label": "cores"],
            cores.map { Markup("li", ["class": $0.state.rawValue, "title": $0.meaning], $0.label) })
    }

    private static func state(of cpu: Machine.CPU, in scene: MachineScene) -> State {
        if !cpu.isOnline { return .offline }
        if !cpu.isAllowed { return .forbidden }
        if scene.givenCPUs.contains(cpu.id) { return .given }
        return scene.heldCPUs.contains(cpu.id) ? .held : .free
    }
}
