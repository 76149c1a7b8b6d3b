// SPDX-License-Identifier: Apache-2.0

import CProcess
public import NUMACore

/// How many pages of a process are on which node.
public struct ProcessPages: Hashable, Sendable {
    /// Pages of one kind and size.
    public struct Count: Hashable, Sendable {
        /// Mixed mappings are taken apart: `anonymous`, `hugetlb` or `file`.
        public var kind: NumaMaps.Kind
        /// In bytes.
        public var pageSize: UInt64
        public var node: Int
        public var pages: UInt64
    }

    /// In ascending order of kind, size and node.
    public var counts: [Count]

    /// Nil for a process that has ended, or may not be looked at.
    public init?(of pid: Int32, _ proc: ProcFiles) throws(NUMAHintsError) {
        guard let maps = try proc.maps(of: pid) else { return nil }
        var sums: [Count] = []
        func add(_ kind: NumaMaps.Kind, _ size: UInt64, _ node: Int, _ pages: UInt64) {
            guard pages > 0 else { return }
            if let index = sums.firstIndex(where: { $0.kind == kind && $0.pageSize == size && $0.node == node }) {
                sums[index].pages += pages
            } else {
                sums.append(Count(kind: kind, pageSize: size, node: node, pages: pages))
            }
        }
        for mapping in maps.mappings {
            // What of a mapping of a file is the process's own, only its pages themselves can tell.
            let own = mapping.kind == .mixed ? Self.own(of: pid, mapping, proc) : [:]
            for share in mapping.shares {
                let part = mapping.kind == .mixed ? min(own[share.node] ?? 0, share.pages) : 0
                let rest: NumaMaps.Kind = mapping.kind == .mixed ? .file : mapping.kind
                add(.anonymous, mapping.pageSize, share.node, part)
                add(rest, mapping.pageSize, share.node, share.pages - part)
            }
        }
        counts = sums.sorted { ($0.kind.rawValue, $0.pageSize, $0.node) < ($1.kind.rawValue, $1.pageSize, $1.node) }
    }

    private static func own(of pid: Int32, _ mapping: NumaMaps.Mapping, _ proc: ProcFiles) -> [Int: UInt64] {
        guard let end = proc.end(of: pid, start: mapping.start), let last = mapping.shares.last else { return [:] }
        var pages = [UInt](repeating: 0, count: last.node + 1)
        let problem = unsafe pages.withUnsafeMutableBufferPointer { places in
            unsafe places.baseAddress.map {
                unsafe pages_by_node(pid, UInt(mapping.start), UInt(end), $0, places.count)
            } ?? 0
        }
        guard problem == 0 else { return [:] }
        return Dictionary(uniqueKeysWithValues: pages.enumerated().map { ($0.offset, UInt64($0.element)) })
    }
}
