// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Packing: the largest whole things first.
extension SimpleAccumulator {
    /// Takes what is needed: whole nodes and sockets, then, if asked, whole and part caches, whole cores,
    /// single CPUs.
    mutating func pack(byCache: Bool) {
        let first: [SimpleCPUGroups.Level] = topology.isNodeFirst ? [.node, .socket] : [.socket, .node]
        for level in first {
            takeWhole(level)
            if isSatisfied { return }
        }
        if byCache {
            takeCaches()
            if isSatisfied { return }
        }
        if !isSpread {
            takeWhole(.core)
            if isSatisfied { return }
        }
        for cpu in cpus() {
            take([cpu])
            if isSatisfied { return }
        }
    }

    private mutating func takeWhole(_ level: SimpleCPUGroups.Level) {
        let groups =
            switch level {
            case .node: nodes()
            case .socket: sockets()
            case .cache: caches()
            case .core: cores()
            }
        for group in groups.filter({ isFree($0, level) }) {
            let cpus = topology.members(of: group, level)
            if needed >= cpus.count, cpus.isSubset(of: available) { take(cpus) }
        }
    }

    /// Whether nothing of the group is taken. Sockets and cores are judged by their mean size.
    private func isFree(_ group: Int, _ level: SimpleCPUGroups.Level) -> Bool {
        let count = free(group, level).count
        switch level {
        case .socket: return count == topology.cpusPerSocket
        case .core: return count == topology.cpusPerCore
        case .cache, .node: return count == topology.members(of: group, level).count
        }
    }

    /// Whole caches while at least a cache's worth is needed, else a part of one that has just enough.
    private mutating func takeCaches() {
        for cache in caches() {
            if needed >= topology.cpusPerCache { takeWhole(.cache) }
            if isSatisfied { return }
            takePart(of: cache)
            if isSatisfied { return }
        }
    }

    /// Takes cores of one cache, if they come to exactly what is needed.
    private mutating func takePart(of cache: Int) {
        let perCore = topology.cpusPerCore
        guard perCore > 0 else { return }
        let cores = topology.groups(.core, of: free(cache, .cache)).prefix((needed + perCore - 1) / perCore)
        var cpus = cores.reduce(CPUSet()) { $0.union(free($1, .core)) }
        // An odd request needs but one CPU of its last core.
        if needed % 2 != 0, perCore > 1, cpus.count > needed, let last = cpus.last { cpus.remove(last) }
        if cpus.count == needed { take(cpus) }
    }
}
