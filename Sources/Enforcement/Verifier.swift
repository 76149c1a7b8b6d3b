// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Compares where processes are with where they were promised to be.
public struct Verifier: Sendable {
    /// What was found of one container.
    public struct Finding: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable {
            /// Not as committed.
            case drift
            /// Elsewhere, and no harm: pages of files, which others may have put there.
            case harmless
            /// As committed.
            case fine
        }

        public var kind: Kind
        /// The process that it is about; nil for the cgroup and for devices.
        public var pid: Int32?
        public var text: String

        public init(kind: Kind, pid: Int32? = nil, text: String) {
            self.kind = kind
            self.pid = pid
            self.text = text
        }
    }

    private let proc: ProcFiles

    public init(_ proc: ProcFiles = ProcFiles()) { self.proc = proc }

    /// What a cgroup's sets are.
    public func verify(_ group: String, in tree: CgroupTree, _ wanted: Confinement) throws(NUMAHintsError) -> [Finding]
    {
        func check<Members: NumberSet>(_ name: String, _ file: String, _ wanted: Members) throws(NUMAHintsError)
            -> Finding
        {
            let effective = file + (tree.version == .v2 ? ".effective" : "")
            let text = try tree.read(group, tree.exists(group, effective) ? effective : file)
            let found = Members(list: text, limit: 1 << 20) ?? Members()
            return found == wanted
                ? Finding(kind: .fine, text: "cgroup \(group) has the \(name) \(wanted.list)")
                : Finding(
                    kind: .drift,
                    text: "cgroup \(group) has the \(name) \(found.isEmpty ? "none" : found.list), "
                        + "committed \(wanted.list)")
        }
        return [
            try check("CPUs", "cpuset.cpus", wanted.cpus), try check("nodes", "cpuset.mems", wanted.nodes),
        ]
    }

    /// Where a process's threads may run, and where its pages are.
    ///
    /// - Parameter nodes: where its memory was promised; nil if none was.
    public func verify(_ pid: Int32, cpus: CPUSet, nodes: NUMANodeMask?) throws(NUMAHintsError) -> [Finding] {
        let name = "process \(pid) (\(proc.name(of: pid)))"
        let threads = proc.affinities(of: pid)
        var findings: [Finding] = []
        for thread in threads where !thread.cpus.isSubset(of: cpus) {
            let which = thread.thread == pid ? name : "\(name), thread \(thread.thread)"
            findings.append(
                Finding(
                    kind: .drift, pid: pid,
                    text: "\(which): may run on the CPUs \(thread.cpus.list), committed \(cpus.list)"))
        }
        if findings.isEmpty, !threads.isEmpty {
            let count = threads.count == 1 ? "1 thread runs" : "\(threads.count) threads run"
            findings.append(Finding(kind: .fine, pid: pid, text: "\(name): \(count) on the CPUs \(cpus.list)"))
        }
        guard let nodes, let pages = try ProcessPages(of: pid, proc) else { return findings }
        var home: UInt64 = 0
        for count in pages.counts {
            guard !nodes.contains(count.node) else {
                if count.kind != .file { home += count.pages * count.pageSize }
                continue
            }
            let kind =
                switch count.kind {
                case .hugetlb: "huge pages"
                case .file: "pages of files"
                case .anonymous, .mixed: "pages of its own"
                }
            findings.append(
                Finding(
                    kind: count.kind == .file ? .harmless : .drift, pid: pid,
                    text: "\(name): \(count.pages) \(kind) (\(BinaryQuantity.exact(count.pageSize)) each) are on node "
                        + "\(count.node), committed \(nodes.count == 1 ? "node" : "nodes") \(nodes.list)"))
        }
        let place = "\(nodes.count == 1 ? "node" : "nodes") \(nodes.list)"
        findings.append(
            Finding(kind: .fine, pid: pid, text: "\(name): \(BinaryQuantity.rounded(home)) of its own on \(place)"))
        return findings
    }
}
