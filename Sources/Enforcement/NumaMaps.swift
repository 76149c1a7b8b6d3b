// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Where the pages of a process are, mapping by mapping.
///
/// Source: the kernel's `/proc/PID/numa_maps`, see numa(7).
public struct NumaMaps: Hashable, Sendable {
    /// What a mapping's pages are.
    public enum Kind: String, Hashable, Sendable {
        /// The process's own: heap, stack, what it wrote over a file.
        case anonymous
        case hugetlb
        /// Of files, and not the process's own: page cache and shared libraries, that others may have put there.
        case file
        /// Of a file, some of them written over.
        case mixed
    }

    /// Pages on one node.
    public struct Share: Hashable, Sendable {
        public var node: Int
        public var pages: UInt64

        public init(node: Int, pages: UInt64) {
            self.node = node
            self.pages = pages
        }
    }

    /// One line.
    public struct Mapping: Hashable, Sendable {
        /// The first address.
        public var start: UInt64
        /// `heap`, `stack` or the path of a file; nil for none.
        public var name: String?
        public var kind: Kind
        /// In bytes.
        public var pageSize: UInt64
        /// In ascending order of node.
        public var shares: [Share]

        /// How many pages are on other nodes than these.
        public func pages(outside nodes: NUMANodeMask) -> UInt64 {
            shares.filter { !nodes.contains($0.node) }.reduce(0) { $0 + $1.pages }
        }
    }

    /// Those that have pages, in ascending order of address.
    public var mappings: [Mapping]

    /// Reads the text of the file; lines that are not understood are an error that names the line.
    public init(_ text: String) throws(NUMAHintsError) {
        mappings = []
        for (index, line) in text.split(separator: "\n").enumerated() {
            guard let mapping = try Self.mapping(line, index + 1) else { continue }
            mappings.append(mapping)
        }
    }

    /// Nil for a mapping without pages.
    private static func mapping(_ line: Substring, _ number: Int) throws(NUMAHintsError) -> Mapping? {
        let words = line.split(separator: " ")
        guard words.count >= 2, let start = UInt64(words[0], radix: 16) else {
            throw NUMAHintsError(
                .machine, "expected an address and a policy, found \"\(line.prefix(80))\"", line: number)
        }
        var mapping = Mapping(start: start, name: nil, kind: .anonymous, pageSize: 4096, shares: [])
        var (own, isFile, isHuge): (UInt64, Bool, Bool) = (0, false, false)
        for word in words.dropFirst(2) {
            if word == "heap" || word == "stack" {
                mapping.name = String(word)
            } else if word == "huge" {
                isHuge = true
            } else if word.hasPrefix("file=") {
                // Blanks in a name are written as \040, so that it is one word.
                mapping.name = String(word.dropFirst(5))
                isFile = !sharedMemory.contains { mapping.name?.hasPrefix($0) == true }
            } else if let pages = value(of: "anon=", word) {
                own = pages
            } else if let size = value(of: "kernelpagesize_kB=", word) {
                mapping.pageSize = size << 10
            } else if word.hasPrefix("N"), let equals = word.firstIndex(of: "="),
                let node = Int(word[word.index(after: word.startIndex)..<equals]),
                let pages = UInt64(word[word.index(after: equals)...])
            {
                mapping.shares.append(Share(node: node, pages: pages))
            }
        }
        guard !mapping.shares.isEmpty else { return nil }
        mapping.shares.sort { $0.node < $1.node }
        let all = mapping.shares.reduce(0) { $0 + $1.pages }
        mapping.kind = isHuge ? .hugetlb : own == all || !isFile ? .anonymous : own == 0 ? .file : .mixed
        return mapping
    }

    /// What the kernel names mappings of memory that processes share: they have no file on any disk.
    private static let sharedMemory = ["/SYSV", "/dev/shm/", "/dev/zero", "/memfd:"]

    private static func value(of name: String, _ word: Substring) -> UInt64? {
        word.hasPrefix(name) ? UInt64(word.dropFirst(name.count)) : nil
    }
}
