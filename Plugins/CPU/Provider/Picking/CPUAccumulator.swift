// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Takes CPUs out of those that are available, until as many are taken as are needed.
///
/// Free candidates are ordered by fewest free CPUs first, then by id, level by level: nodes, sockets in
/// them, cores in them; or sockets first, where a socket has several nodes.
///
/// Source: the kubelet's static CPU manager policy, `cpu_assignment.go`.
struct CPUAccumulator {
    let topology: CPUTopology
    /// Whether single CPUs are taken over all cores, and not core by core (distribute-cpus-across-cores).
    let isSpread: Bool
    /// Whether groups that only pass for whole are taken as the kubelet takes them; see ``takeWhole(_:)``.
    let imitatesKubelet: Bool
    private(set) var available: CPUSet
    private(set) var needed: Int
    private(set) var result = CPUSet()
    /// By level, then by group: how many of its CPUs are available.
    private var freeCounts: [[Int]]

    init(
        _ topology: CPUTopology, available: CPUSet, needed: Int, isSpread: Bool, imitatesKubelet: Bool = false
    ) {
        self.topology = topology
        self.available = available.intersection(topology.cpus)
        self.needed = needed
        self.isSpread = isSpread
        self.imitatesKubelet = imitatesKubelet
        freeCounts = topology.countByGroup(self.available)
    }

    var isSatisfied: Bool { needed < 1 }
    var isImpossible: Bool { needed > available.count }

    mutating func take(_ cpu: Int) {
        result.insert(cpu)
        needed -= 1
        guard available.contains(cpu) else { return }
        available.remove(cpu)
        for level in CPUTopology.Level.allCases { freeCounts[level.rawValue][topology.group(of: cpu, level)] -= 1 }
    }

    // MARK: What is free, in order

    /// How many CPUs of a group are available.
    func freeCount(_ group: Int, _ level: CPUTopology.Level) -> Int { freeCounts[level.rawValue][group] }

    /// What is available in a group, ascending.
    func free(_ group: Int, _ level: CPUTopology.Level) -> [Int] {
        topology.list(of: group, level).filter(available.contains)
    }

    func nodes() -> [Int] {
        guard topology.isNodeFirst else { return sockets().flatMap { sorted(.node, in: ($0, .socket)) } }
        return sorted(.node)
    }

    func sockets() -> [Int] {
        guard topology.isNodeFirst else { return sorted(.socket) }
        return nodes().flatMap { sorted(.socket, in: ($0, .node)) }
    }

    func caches() -> [Int] { nodes().flatMap { sorted(.cache, in: ($0, .node)) } }

    func cores() -> [Int] {
        topology.isNodeFirst
            ? sockets().flatMap { sorted(.core, in: ($0, .socket)) }
            : nodes().flatMap { sorted(.core, in: ($0, .node)) }
    }

    func cpus() -> [Int] {
        isSpread ? sockets().flatMap { free($0, .socket) } : cores().flatMap { free($0, .core) }
    }

    /// The groups that have an available CPU, of a larger group or of all: fewest available CPUs first, then
    /// by id.
    private func sorted(
        _ level: CPUTopology.Level, in larger: (group: Int, level: CPUTopology.Level)? = nil
    ) -> [Int] {
        let cpus = larger.map { topology.list(of: $0.group, $0.level) } ?? topology.allCPUs
        var seen = CPUSet()
        var groups: [(count: Int, id: Int)] = []
        for cpu in cpus where available.contains(cpu) {
            let group = topology.group(of: cpu, level)
            guard !seen.contains(group) else { continue }
            seen.insert(group)
            groups.append((freeCount(group, level), group))
        }
        groups.sort { $0.count != $1.count ? $0.count < $1.count : $0.id < $1.id }
        return groups.map(\.id)
    }
}
