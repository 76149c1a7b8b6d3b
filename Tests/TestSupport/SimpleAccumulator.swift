// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The state of one picking: the sets themselves, worked out anew at each step.
struct SimpleAccumulator {
    let topology: SimpleCPUGroups
    /// Whether single CPUs are taken over all cores, and not core by core (distribute-cpus-across-cores).
    let isSpread: Bool
    private(set) var available: CPUSet
    private(set) var needed: Int
    private(set) var result = CPUSet()

    init(_ topology: SimpleCPUGroups, available: CPUSet, needed: Int, isSpread: Bool) {
        self.topology = topology
        self.available = available.intersection(topology.cpus)
        self.needed = needed
        self.isSpread = isSpread
    }

    var isSatisfied: Bool { needed < 1 }
    var isImpossible: Bool { needed > available.count }

    mutating func take(_ cpus: CPUSet) {
        result = result.union(cpus)
        available = available.subtracting(result)
        needed -= cpus.count
    }

    // MARK: What is free, in order

    /// What is available in a group.
    func free(_ group: Int, _ level: SimpleCPUGroups.Level) -> CPUSet {
        topology.members(of: group, level).intersection(available)
    }

    func nodes() -> [Int] {
        guard topology.isNodeFirst else { return sockets().flatMap { sorted(.node, in: free($0, .socket)) } }
        return sorted(.node, in: available)
    }

    func sockets() -> [Int] {
        guard topology.isNodeFirst else { return sorted(.socket, in: available) }
        return nodes().flatMap { sorted(.socket, in: free($0, .node)) }
    }

    func caches() -> [Int] { nodes().flatMap { sorted(.cache, in: free($0, .node)) } }

    func cores() -> [Int] {
        topology.isNodeFirst
            ? sockets().flatMap { sorted(.core, in: free($0, .socket)) }
            : nodes().flatMap { sorted(.core, in: free($0, .node)) }
    }

    func cpus() -> [Int] {
        isSpread
            ? sockets().flatMap { free($0, .socket).members }
            : cores().flatMap { free($0, .core).members }
    }

    /// The groups that have one of these CPUs: fewest available CPUs first, then by id.
    private func sorted(_ level: SimpleCPUGroups.Level, in cpus: CPUSet) -> [Int] {
        topology.groups(level, of: cpus)
            .map { (count: free($0, level).count, group: $0) }
            .sorted { ($0.count, $0.group) < ($1.count, $1.group) }
            .map(\.group)
    }
}
