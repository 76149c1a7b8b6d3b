// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// The CPUs of a machine as the kubelet's static policy sees them: in cores, last-level caches, NUMA nodes
/// and sockets.
public struct CPUTopology: Hashable, Sendable {
    /// What CPUs are grouped by.
    public enum Level: Int, CaseIterable, Sendable {
        case core, cache, node, socket
    }

    /// How many there are of each. "Full" sockets and cores are judged by the mean sizes that follow from
    /// these, as the kubelet does.
    public struct Counts: Hashable, Sendable {
        public var cpus: Int
        public var cores: Int
        public var sockets: Int
        public var nodes: Int
        public var caches: Int

        public init(cpus: Int, cores: Int, sockets: Int, nodes: Int, caches: Int) {
            self.cpus = cpus
            self.cores = cores
            self.sockets = sockets
            self.nodes = nodes
            self.caches = caches
        }
    }

    public let counts: Counts
    /// All CPUs.
    let cpus: CPUSet
    /// By level, then by the group's id: the CPUs in it. Of nodes and sockets alone.
    private let members: [[CPUSet]]
    /// The same as lists, which are quicker to walk.
    private let lists: [[[Int]]]
    /// By level, then by CPU: the id of its group.
    private let groups: [[Int]]
    /// By level, then by smaller level, then by group: the groups of the smaller level in it. Of nodes and
    /// sockets alone.
    private let parts: [[[[Int]]]]
    /// What is counted while picking, of no CPU and of all.
    private let noneFree: GroupTally
    private let allFree: GroupTally

    /// - Parameter counts: nil to count what there is.
    public init(_ cpus: [Machine.CPU], counts: Counts? = nil) {
        let sorted = cpus.sorted { $0.id < $1.id }
        let last = sorted.last?.id ?? -1
        var lists: [[[Int]]] = []
        var groups: [[Int]] = []
        for level in Level.allCases {
            let own = sorted.map { Self.group(of: $0, level) }
            var list = Array(repeating: [Int](), count: (own.max() ?? -1) + 1)
            var group = Array(repeating: 0, count: last + 1)
            for (cpu, number) in zip(sorted, own) {
                list[number].append(cpu.id)
                group[cpu.id] = number
            }
            lists.append(list)
            groups.append(group)
        }
        self.cpus = CPUSet(sorted.map(\.id))
        members = Level.allCases.map { level in
            level == .node || level == .socket ? lists[level.rawValue].map { CPUSet($0) } : []
        }
        parts = Level.allCases.map { larger in
            guard larger == .node || larger == .socket else { return [] }
            return Level.allCases.map { Self.parts(lists[larger.rawValue], groups[$0.rawValue]) }
        }
        let none = GroupTally(lists, groups: groups)
        var all = none
        all.add(1, for: self.cpus)
        (noneFree, allFree) = (none, all)
        func count(_ level: Level) -> Int { lists[level.rawValue].count { !$0.isEmpty } }
        self.counts =
            counts
            ?? Counts(
                cpus: cpus.count, cores: count(.core), sockets: count(.socket), nodes: count(.node),
                caches: count(.cache))
        self.groups = groups
        self.lists = lists
    }

    /// For each list of CPUs the groups that have one of them, ascending.
    private static func parts(_ lists: [[Int]], _ groups: [Int]) -> [[Int]] {
        lists.map { cpus in
            var parts: [Int] = []
            // CPUs of one group mostly follow each other, and groups ascend with them.
            for cpu in cpus where parts.last != groups[cpu] { parts.append(groups[cpu]) }
            let isAscending = zip(parts, parts.dropFirst()).allSatisfy { $0 < $1 }
            return isAscending ? parts : CPUSet(parts).members
        }
    }

    private static func group(of cpu: Machine.CPU, _ level: Level) -> Int {
        switch level {
        case .core: cpu.core
        case .cache: cpu.cache
        case .node: cpu.node
        case .socket: cpu.socket
        }
    }

    /// The CPUs of a group; empty if there is no such group.
    func members(of group: Int, _ level: Level) -> CPUSet {
        let sets = members[level.rawValue]
        return sets.indices.contains(group) ? sets[group] : CPUSet(list(of: group, level))
    }

    /// The CPUs of a group, ascending; empty if there is no such group.
    func list(of group: Int, _ level: Level) -> [Int] {
        let lists = lists[level.rawValue]
        return lists.indices.contains(group) ? lists[group] : []
    }

    /// The numbers of all groups of a level; some may have no CPUs.
    func all(_ level: Level) -> [Int] { Array(lists[level.rawValue].indices) }

    /// The groups of a level that have CPUs in a node or socket, ascending.
    func parts(of group: Int, _ larger: Level, _ level: Level) -> [Int] {
        parts[larger.rawValue][level.rawValue][group]
    }

    /// Whether a CPU is in a group.
    func isMember(_ cpu: Int, of group: Int, _ level: Level) -> Bool { groups[level.rawValue][cpu] == group }

    /// The counts where these CPUs are available, all of the topology.
    func tally(of available: CPUSet) -> GroupTally {
        let isMost = available.count * 2 > cpus.count
        var tally = isMost ? allFree : noneFree
        tally.add(isMost ? -1 : 1, for: isMost ? cpus.subtracting(available) : available)
        return tally
    }

    /// How many groups there are that have CPUs.
    func count(_ level: Level) -> Int { lists[level.rawValue].count { !$0.isEmpty } }

    /// The groups that have one of these CPUs, ascending.
    func groups(_ level: Level, of cpus: CPUSet) -> [Int] {
        var found = CPUSet()
        let group = groups[level.rawValue]
        for cpu in cpus where cpu < group.count { found.insert(group[cpu]) }
        return found.members
    }

    var cpusPerCore: Int { counts.cores == 0 ? 0 : counts.cpus / counts.cores }
    var cpusPerSocket: Int { counts.sockets == 0 ? 0 : counts.cpus / counts.sockets }
    var cpusPerCache: Int { counts.caches == 0 ? 0 : counts.cpus / counts.caches }
    /// Whether NUMA nodes are looked at before sockets: where a node is at least as large as a socket.
    var isNodeFirst: Bool { counts.sockets >= counts.nodes }
}
