// SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesFormats
public import NUMACore
import SystemFiles

/// A machine, a kubelet's state and a ledger, as they are put into one file.
///
/// It takes what `SnapshotRules` names, and nothing else.
public struct Snapshot: Sendable {
    static let top = "numa-hints-snapshot"
    static let kubeletFolder = "kubelet"
    static let ledgerName = "ledger.db"
    static let xmlName = "machine.xml"

    /// What it has of the machine, ascending by path.
    public private(set) var machine: [SnapshotEntry]
    /// The names of what it has of the kubelet.
    public private(set) var kubeletFiles: [String] = []
    /// What could not be taken, in the order in which it was looked for.
    public private(set) var gaps: [SnapshotGap]
    private var others: [SnapshotEntry] = []
    private var manifest = SnapshotManifest(kubeletRoot: nil, ledger: nil)

    /// Reads the machine.
    ///
    /// - Parameter root: prefix of /sys and /proc; empty for the running system.
    public init(machineRoot root: String) {
        var collector = SnapshotCollector(root: root, parts: ["/sys", "/proc"])
        for rule in SnapshotRules.machine { collector.take(rule) }
        for bus in SnapshotRules.buses { collector.takeDevices(of: bus) }
        collector.takeCgroups()
        machine = collector.entries
        gaps = collector.gaps
    }

    /// Reads a kubelet's files.
    ///
    /// - Parameters:
    ///   - folder: laid out as /var/lib/kubelet.
    ///   - name: what the folder is called in messages of those who read the snapshot.
    /// - Returns: how many of them are there.
    public mutating func addKubelet(folder: String, name: String) -> Int {
        guard SnapshotManifest.isPlain(name) else {
            gaps.append(SnapshotGap(path: "the kubelet's folder", reason: "a name that is not plain"))
            return 0
        }
        for file in SnapshotRules.kubelet {
            let path = "\(name)/\(file)"
            guard let real = CaptureArchive.resolved("\(folder)/\(file)") else {
                let problem = errno
                if problem != ENOENT { gaps.append(SnapshotGap(path: path, reason: Self.text(problem))) }
                continue
            }
            // A link could lead to a key.
            guard let inside = CaptureArchive.resolved(folder), real == "\(inside)/\(file)" else {
                gaps.append(SnapshotGap(path: path, reason: "a link, which could lead to what is secret"))
                continue
            }
            take(real, as: file, shown: path)
        }
        if !kubeletFiles.isEmpty { manifest.kubeletRoot = name }
        return kubeletFiles.count
    }

    private mutating func take(_ real: String, as file: String, shown: String) {
        guard SystemFiles(root: "").kind(real) == .file else { return }
        guard let bytes = SystemFiles(root: "").bytes(real, limit: SourceText.sizeLimit + 1) else {
            return gaps.append(SnapshotGap(path: shown, reason: Self.text(errno)))
        }
        guard bytes.count <= SourceText.sizeLimit else {
            let limit = BinaryQuantity.rounded(UInt64(SourceText.sizeLimit))
            return gaps.append(SnapshotGap(path: shown, reason: "larger than \(limit)"))
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if let secret = SnapshotRules.secrets.first(where: text.contains) {
            return gaps.append(SnapshotGap(path: shown, reason: "has \(secret), whose value may be secret"))
        }
        others.append(SnapshotEntry(path: "\(Self.kubeletFolder)/\(file)", content: .file(bytes)))
        kubeletFiles.append(file)
    }

    private static func text(_ problem: Int32) -> String { unsafe String(cString: strerror(problem)) }

    /// Adds the machine as hwloc writes it.
    public mutating func addXML(_ bytes: [UInt8]) {
        others.append(SnapshotEntry(path: Self.xmlName, content: .file(bytes)))
    }

    /// Adds a copy of a ledger.
    ///
    /// - Parameter name: what it is called in messages of those who read the snapshot.
    public mutating func addLedger(_ bytes: [UInt8], name: String) {
        let limit = CaptureArchive.Bounds().fileBytes
        guard SnapshotManifest.isPlain(name), bytes.count <= limit else {
            let reason = "larger than \(BinaryQuantity.rounded(UInt64(limit))), or a name that is not plain"
            return gaps.append(SnapshotGap(path: "the ledger", reason: reason))
        }
        others.append(SnapshotEntry(path: Self.ledgerName, content: .file(bytes)))
        manifest.ledger = name
    }

    /// What the kubelet's folder was called; nil if it has nothing of one.
    public var kubelet: String? { manifest.kubeletRoot }

    /// Where the ledger in it was; nil if it has none.
    public var ledger: String? { manifest.ledger }

    /// Says what is missing.
    public mutating func addGap(_ path: String, _ reason: String) {
        gaps.append(SnapshotGap(path: path, reason: reason))
    }

    /// The archive: equal contents give equal bytes.
    ///
    /// - Throws: of code `machine` if it is more than can be read again.
    public func archive() throws(NUMAHintsError) -> [UInt8] {
        let all = machine + others + [SnapshotEntry(path: SnapshotManifest.name, content: .file(manifest.bytes))]
        let sorted = all.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        return try ArchiveWriter.archive(
            sorted.map { SnapshotEntry(path: "\(Self.top)/\($0.path)", content: $0.content) })
    }
}

extension SnapshotCollector {
    /// Which CPUs and nodes may be used: what hwloc reads of the cgroup, and where it finds it.
    fileprivate mutating func takeCgroups() {
        if let words = text("/proc/cmdline")?.split(whereSeparator: \.isWhitespace).filter({ $0.hasPrefix("numa=") }) {
            add(text: words.joined(separator: " ") + "\n", as: "/proc/cmdline")
        }
        guard let mounts = text("/proc/mounts") else { return }
        let lines = mounts.split(separator: "\n").filter { line in
            let words = line.split(separator: " ")
            return words.count > 3 && ["cgroup", "cgroup2", "cpuset"].contains(words[2])
                && words[1].hasPrefix("/sys/fs/cgroup")
        }
        add(text: lines.map { $0 + "\n" }.joined(), as: "/proc/mounts")
        for group in (text("/proc/self/cgroup") ?? "").split(separator: "\n") {
            let parts = group.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].hasPrefix("/"), !parts[2].contains(where: { "*[?\\".contains($0) }),
                !parts[2].split(separator: "/").contains("..")
            else { continue }
            guard parts[1].isEmpty || parts[1].split(separator: ",").contains("cpuset") else { continue }
            for line in lines {
                let words = line.split(separator: " ")
                let isOfTwo = words[2] == "cgroup2"
                guard isOfTwo == parts[1].isEmpty else { continue }
                guard isOfTwo || words[2] == "cpuset" || words[3].split(separator: ",").contains("cpuset") else {
                    continue
                }
                take(SnapshotRule("\(words[1])\(parts[2])", SnapshotRules.cgroup))
            }
        }
    }
}
