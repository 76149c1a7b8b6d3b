// SPDX-License-Identifier: Apache-2.0

public import NUMACore
import SystemFiles

/// The memory that the kernel has free at this moment, node by node: nobody has it, not even the page cache.
///
/// Source: https://docs.kernel.org/admin-guide/mm/hugetlbpage.html, and `MemFree` of
/// https://docs.kernel.org/filesystems/proc.html
public struct LiveMemory: Hashable, Sendable {
    /// What is free of one resource on one node.
    public struct Amount: Hashable, Sendable {
        public var node: Int
        /// `memory`, or the huge pages of one size.
        public var resource: ResourceName
        public var bytes: UInt64
        /// What the kernel calls it.
        public var name: String

        public init(node: Int, resource: ResourceName, bytes: UInt64, name: String) {
            self.node = node
            self.resource = resource
            self.bytes = bytes
            self.name = name
        }
    }

    /// In ascending order of node: memory, then huge pages by their size. What the kernel has no file for is missing.
    public private(set) var amounts: [Amount] = []
    /// Files that are not what they should be, a line each.
    public private(set) var problems: [String] = []

    /// Reads the files of the kernel.
    ///
    /// - Parameters:
    ///   - root: prefix of /sys and /proc; empty for the running system.
    ///   - nodes: the nodes to look at, in ascending order.
    public init(root: String, nodes: [Int]) {
        let files = SystemFiles(root: root)
        // A kernel built without NUMA has no folders of nodes, and one node.
        let hasNodes = files.kind("/sys/devices/system/node") != nil
        for node in nodes {
            let folder = "/sys/devices/system/node/node\(node)"
            readMemory(of: node, files, hasNodes ? "\(folder)/meminfo" : "/proc/meminfo")
            readHugepages(of: node, files, hasNodes ? "\(folder)/hugepages" : "/sys/kernel/mm/hugepages")
        }
    }

    /// A line of the file is `Node 0 MemFree: 12345 kB`, or the same without the node.
    private mutating func readMemory(of node: Int, _ files: SystemFiles, _ path: String) {
        guard files.kind(path) != nil else { return }
        let lines = files.text(path)?.split(separator: "\n") ?? []
        let found = lines.lazy.map { $0.split { $0 == " " || $0 == "\t" } }.compactMap { words -> UInt64? in
            guard words.count >= 3, words.last == "kB", words[words.count - 3] == "MemFree:" else { return nil }
            return UInt64(words[words.count - 2])
        }
        guard let kilobytes = found.first else {
            problems.append("\(path) has no line with MemFree in kB")
            return
        }
        add(kilobytes, of: 1 << 10, .memory, node, "MemFree", path)
    }

    private mutating func readHugepages(of node: Int, _ files: SystemFiles, _ folder: String) {
        let sizes = files.names(in: folder).compactMap { name -> UInt64? in
            guard name.hasPrefix("hugepages-"), name.hasSuffix("kB") else { return nil }
            return UInt64(name.dropFirst(10).dropLast(2)).flatMap { $0 > 0 && $0 < 1 << 54 ? $0 << 10 : nil }
        }
        for size in sizes.sorted() {
            let path = "\(folder)/hugepages-\(size >> 10)kB/free_hugepages"
            guard files.kind(path) != nil else { continue }
            guard let count = files.text(path).flatMap({ UInt64($0) }) else {
                problems.append("\(path) has no number")
                continue
            }
            add(count, of: size, .hugepages(size: size), node, "free_hugepages", path)
        }
    }

    private mutating func add(
        _ count: UInt64, of unit: UInt64, _ resource: ResourceName, _ node: Int, _ name: String, _ path: String
    ) {
        let (bytes, isTooMuch) = count.multipliedReportingOverflow(by: unit)
        guard !isTooMuch else {
            problems.append("\(path) has the number \(count), which no machine has")
            return
        }
        amounts.append(Amount(node: node, resource: resource, bytes: bytes, name: name))
    }
}
