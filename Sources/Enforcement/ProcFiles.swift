// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
public import NUMACore

/// What the kernel says of processes.
public struct ProcFiles: Sendable {
    /// Prefix of /proc.
    private let root: String

    public init(root: String = "") { self.root = root }

    /// A process and all that it brought forth and that run still, ascending.
    public func family(of pid: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/proc")) ?? []
        var children: [Int32: [Int32]] = [:]
        for child in names.compactMap({ Int32($0) }) {
            if let parent = parent(of: child) { children[parent, default: []].append(child) }
        }
        var found: Set<Int32> = []
        var open = [pid]
        while let next = open.popLast() {
            if found.insert(next).inserted { open += children[next] ?? [] }
        }
        return found.sorted()
    }

    private func parent(of pid: Int32) -> Int32? {
        guard let stat = text("/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 1 ? Int32(fields[1]) : nil
    }

    /// The threads of a process and the CPUs that each may run on, in ascending order of thread; empty if it has ended.
    public func affinities(of pid: Int32) -> [(thread: Int32, cpus: CPUSet)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/proc/\(pid)/task")) ?? []
        return names.compactMap { Int32($0) }.sorted().compactMap { thread in
            guard let list = field("Cpus_allowed_list:", "/proc/\(pid)/task/\(thread)/status"),
                let cpus = CPUSet(list: list, limit: 1 << 20)
            else { return nil }
            return (thread, cpus)
        }
    }

    /// Where its pages are; nil if it has ended or may not be looked at.
    public func maps(of pid: Int32) throws(NUMAHintsError) -> NumaMaps? {
        let path = "/proc/\(pid)/numa_maps"
        guard let text = text(path) else { return nil }
        do throws(NUMAHintsError) {
            return try NumaMaps(text)
        } catch {
            throw NUMAHintsError(error.code, error.message, file: root + path, line: error.line)
        }
    }

    /// The end of the mapping that begins at an address.
    func end(of pid: Int32, start: UInt64) -> UInt64? {
        for line in (text("/proc/\(pid)/maps") ?? "").split(separator: "\n") {
            let ends = line.prefix { $0 != " " }.split(separator: "-")
            if ends.count == 2, UInt64(ends[0], radix: 16) == start { return UInt64(ends[1], radix: 16) }
        }
        return nil
    }

    /// Its name, as `ps` shows it.
    public func name(of pid: Int32) -> String {
        (text("/proc/\(pid)/comm") ?? "?").split(separator: "\n").first.map(String.init) ?? "?"
    }

    /// Whether the kernel moves pages to where they are used, by itself; nil if it does not say.
    public var balancesNUMA: Bool? { text("/proc/sys/kernel/numa_balancing").map { !$0.hasPrefix("0") } }

    private func field(_ name: String, _ path: String) -> String? {
        for line in (text(path) ?? "").split(separator: "\n") where line.hasPrefix(name) {
            return line.dropFirst(name.count).split(whereSeparator: \.isWhitespace).first.map(String.init)
        }
        return nil
    }

    private func text(_ path: String) -> String? { KernelFile.text(root + path) }
}
