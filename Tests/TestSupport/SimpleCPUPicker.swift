// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Picks CPUs as the CPU provider does, by the plainest means: the oracle of its laws and benchmarks.
public struct SimpleCPUPicker {
    private let groups: SimpleCPUGroups
    public var isSpread = false
    public var byCache = false
    public var distributedGroupSize: Int?

    public init(_ cpus: [Machine.CPU]) { groups = SimpleCPUGroups(cpus) }

    /// So many of the CPUs, or nil if there are fewer.
    public func pick(_ count: Int, from available: CPUSet) -> CPUSet? {
        guard count > 0 else { return [] }
        var accumulator = SimpleAccumulator(groups, available: available, needed: count, isSpread: isSpread)
        if accumulator.isImpossible { return nil }
        guard let size = distributedGroupSize else {
            accumulator.pack(byCache: byCache)
            return accumulator.isSatisfied ? accumulator.result : nil
        }
        var distributed = accumulator
        if size > 0, count % size == 0, let cpus = distributed.distribute(groupSize: size) { return cpus }
        accumulator.pack(byCache: false)
        return accumulator.isSatisfied ? accumulator.result : nil
    }
}

/// What CPUs are grouped by.
struct SimpleCPUGroups {
    enum Level: CaseIterable {
        case core, cache, node, socket
    }

    let cpus: CPUSet
    private let sets: [Level: [Int: CPUSet]]
    private let ids: [Level: [Int: Int]]

    init(_ cpus: [Machine.CPU]) {
        self.cpus = CPUSet(cpus.map(\.id))
        var sets: [Level: [Int: CPUSet]] = [:]
        var ids: [Level: [Int: Int]] = [:]
        for cpu in cpus {
            for (level, group) in [
                (Level.core, cpu.core), (.cache, cpu.cache), (.node, cpu.node), (.socket, cpu.socket),
            ] {
                sets[level, default: [:]][group, default: []].insert(cpu.id)
                ids[level, default: [:]][cpu.id] = group
            }
        }
        self.sets = sets
        self.ids = ids
    }

    func members(of group: Int, _ level: Level) -> CPUSet { sets[level]?[group] ?? [] }

    /// The groups that have one of these CPUs, ascending.
    func groups(_ level: Level, of cpus: CPUSet) -> [Int] {
        CPUSet(cpus.compactMap { ids[level]?[$0] }).members
    }

    private func mean(_ level: Level) -> Int { cpus.isEmpty ? 0 : cpus.count / (sets[level]?.count ?? 1) }
    var cpusPerCore: Int { mean(.core) }
    var cpusPerSocket: Int { mean(.socket) }
    var cpusPerCache: Int { mean(.cache) }
    var isNodeFirst: Bool { (sets[.socket]?.count ?? 0) >= (sets[.node]?.count ?? 0) }
}
