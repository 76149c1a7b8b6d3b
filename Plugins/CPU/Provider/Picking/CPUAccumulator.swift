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
    private var tally: GroupTally

    init(
        _ topology: CPUTopology, available: CPUSet, needed: Int, isSpread: Bool, imitatesKubelet: Bool = false
    ) {
        self.topology = topology
        self.available = available.intersection(topology.cpus)
        self.needed = needed
        self.isSpread = isSpread
        self.imitatesKubelet = imitatesKubelet
        tally = topology.tally(of: self.available)
    }

    var isSatisfied: Bool { needed < 1 }
    var isImpossible: Bool { needed > available.count }

    mutating func take(_ cpu: Int) { take([cpu]) }

    mutating func take(_ cpus: CPUSet) {
        let lost = cpus.intersection(available)
        result = result.union(cpus)
        available = available.subtracting(lost)
        needed -= cpus.count
        tally.add(-1, for: lost)
    }

    // MARK: What is free, in order

    /// How many CPUs of a group are available.
    func freeCount(_ group: Int, _ level: CPUTopology.Level) -> Int { tally.count(group, level) }

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
        let candidates = larger.map { topology.parts(of: $0.group, $0.level, level) } ?? topology.all(level)
        var groups: [(count: Int, id: Int)] = []
        for group in candidates {
            let count = freeCount(group, level)
            guard count > 0, larger.map({ hasFree(group, level, in: $0) }) ?? true else { continue }
            groups.append((count, group))
        }
        groups.sort { $0.count != $1.count ? $0.count < $1.count : $0.id < $1.id }
        return groups.map(\.id)
    }

    /// Whether an available CPU is in both groups; a group need not lie in one larger group.
    private func hasFree(
        _ group: Int, _ level: CPUTopology.Level, in larger: (group: Int, level: CPUTopology.Level)
    ) -> Bool {
        topology.list(of: group, level).contains {
            available.contains($0) && topology.isMember($0, of: larger.group, larger.level)
        }
    }
}
