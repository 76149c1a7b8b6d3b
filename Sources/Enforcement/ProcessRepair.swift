// SPDX-License-Identifier: Apache-2.0

import CProcess
import Glibc
public import NUMACore

/// Brings a process back to where it was promised to be.
public enum ProcessRepair {
    /// Lets every thread run on these CPUs alone. Threads that end meanwhile are fine.
    public static func confine(_ pid: Int32, to cpus: CPUSet, _ proc: ProcFiles) throws(NUMAHintsError) {
        let words = NodeWords.words(cpus)
        for thread in proc.affinities(of: pid) where !thread.cpus.isSubset(of: cpus) {
            let problem = unsafe words.withUnsafeBufferPointer { words in
                unsafe words.baseAddress.map { unsafe thread_set_cpus(thread.thread, $0, words.count) } ?? EINVAL
            }
            guard problem == 0 || problem == ESRCH else {
                throw failure("thread \(thread.thread) cannot be moved to the CPUs \(cpus.list)", problem)
            }
        }
    }

    /// Brings pages that are elsewhere to these nodes; pages of files that others use too stay.
    public static func migrate(
        _ pid: Int32, from all: NUMANodeMask, to nodes: NUMANodeMask
    ) throws(NUMAHintsError) {
        let count = (all.union(nodes).last ?? 0) / 64 + 1
        let from = NodeWords.words(all.subtracting(nodes), count: count)
        let to = NodeWords.words(nodes, count: count)
        let problem = unsafe from.withUnsafeBufferPointer { from in
            unsafe to.withUnsafeBufferPointer { to in
                guard let old = from.baseAddress, let new = to.baseAddress else { return EINVAL }
                return unsafe pages_migrate(pid, old, new, count)
            }
        }
        guard problem == 0 || problem == ESRCH else {
            throw failure("the pages of process \(pid) cannot be moved to the nodes \(nodes.list)", problem)
        }
    }

    private static func failure(_ what: String, _ problem: Int32) -> NUMAHintsError {
        let text = unsafe strerror(problem).map { unsafe String(cString: $0) } ?? "error \(problem)"
        return NUMAHintsError(.machine, "\(what): \(text)")
    }
}
