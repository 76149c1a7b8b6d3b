// SPDX-License-Identifier: Apache-2.0

import Enforcement
import NUMACore

/// Where a command of `run` runs, and what holds it there.
struct RunPlace: CustomStringConvertible {
    enum Cgroup {
        case made(RunCgroup)
        /// Why there is none.
        case none(String)
    }

    /// Nil where this process may.
    var cpus: CPUSet?
    /// What its affinity is set to: those, or more where a cgroup holds it to them.
    var affinity: CPUSet?
    /// Of which its memory must be; nil leaves that to the kernel.
    var nodes: NUMANodeMask?
    var cgroup = Cgroup.none("none was looked for")

    init(cpus: CPUSet?, nodes: NUMANodeMask?) {
        self.cpus = cpus
        self.nodes = nodes
        affinity = cpus
    }

    /// `on the CPUs 2-3 with memory of node 0, in the cgroup /numa-hints/...`.
    var description: String {
        let cpus = cpus.map { "on the CPU\($0.count == 1 ? "" : "s") \($0.list)" } ?? "on any CPU"
        let nodes = nodes.map { " with memory of node\($0.count == 1 ? "" : "s") \($0.list)" } ?? ""
        switch cgroup {
        case .made(let group): return "\(cpus)\(nodes), in the cgroup \(group.group)"
        case .none(let why): return "\(cpus)\(nodes), by affinity and memory policy alone: \(why)"
        }
    }
}
