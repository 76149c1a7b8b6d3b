// SPDX-License-Identifier: Apache-2.0

import Glibc
import NUMACore
import SystemFiles

/// Reads what the rules name, below a root that may be somebody else's.
struct SnapshotCollector {
    private let files: SystemFiles
    /// The folders that files must really be in, whatever links lead to them.
    private let insides: [String]
    private var found: [String: SnapshotEntry.Content] = [:]
    private(set) var gaps: [SnapshotGap] = []

    /// - Parameters:
    ///   - root: prefix of every path; empty for the running system.
    ///   - parts: the folders below the root that may be read.
    init(root: String, parts: [String]) {
        files = SystemFiles(root: root)
        insides = parts.compactMap { CaptureArchive.resolved(root + $0) }
    }

    /// Ascending by path.
    var entries: [SnapshotEntry] {
        found.map { SnapshotEntry(path: String($0.key.dropFirst()), content: $0.value) }
            .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Takes what a rule names.
    ///
    /// - Parameter base: stands before the rule's folder.
    mutating func take(_ rule: SnapshotRule, below base: String = "") {
        for folder in folders(rule.folder, below: base) {
            for name in names(rule.names, in: folder) { take("\(folder)/\(name)", rule) }
        }
    }

    /// Takes the devices of a bus: the links to them, and what they are where they really lie.
    mutating func takeDevices(of bus: String) {
        let folder = "/sys/bus/\(bus)/devices"
        for name in files.names(in: folder) {
            let path = "\(folder)/\(name)"
            var place = path
            if let target = files.linkTarget(path) {
                guard let inside = Self.place(of: target, in: folder), inside.hasPrefix("/sys/") else {
                    addGap(path, "a link out of /sys")
                    continue
                }
                add(path, .link(target))
                place = inside
            } else {
                add(path, .folder)
            }
            for rule in SnapshotRules.device { take(rule, below: place) }
        }
    }

    /// The text of a file from which only some is taken; nil if it is not there, or no text.
    func text(_ path: String) -> String? {
        isInside(path) ? files.text(path, limit: 1 << 20) : nil
    }

    /// Adds what was made of a file.
    mutating func add(text: String, as path: String) { add(path, .file(Array(text.utf8))) }

    /// The path that a link leads to, by its words alone; nil if out of the root.
    static func place(of target: String, in folder: String) -> String? {
        guard !target.hasPrefix("/") else { return nil }
        var parts = folder.split(separator: "/")
        for part in target.split(separator: "/") where part != "." {
            if part != ".." { parts.append(part) } else if parts.popLast() == nil { return nil }
        }
        return "/" + parts.joined(separator: "/")
    }

    // MARK: Names

    private func folders(_ pattern: String, below base: String) -> [String] {
        var found = [base]
        for part in pattern.split(separator: "/").map(String.init) {
            found = found.flatMap { folder in
                let names = part.contains { "*[".contains($0) } ? names([part], in: folder) : [part]
                return names.map { "\(folder)/\($0)" }.filter { files.kind($0) == .folder }
            }
        }
        return found
    }

    private func names(_ patterns: [String], in folder: String) -> [String] {
        files.names(in: folder).filter { name in
            patterns.contains { unsafe fnmatch($0, name, FNM_PERIOD) == 0 }
        }
    }

    // MARK: Content

    private mutating func take(_ path: String, _ rule: SnapshotRule) {
        switch rule.kind {
        case .names: add(path, .folder)
        case .links:
            guard let target = files.linkTarget(path) else { return }
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            guard Self.place(of: target, in: folder) != nil else {
                return addGap(path, "a link to the outside")
            }
            add(path, .link(target))
        case .files: takeFile(path, rule)
        }
    }

    private mutating func takeFile(_ path: String, _ rule: SnapshotRule) {
        guard files.kind(path) == .file else { return }
        guard isInside(path) else { return addGap(path, "a link to the outside") }
        guard let bytes = files.bytes(path, limit: rule.limit + 1) else {
            return addGap(path, unsafe String(cString: strerror(errno)))
        }
        guard rule.isCut || bytes.count <= rule.limit else {
            return addGap(path, "larger than \(BinaryQuantity.rounded(UInt64(rule.limit)))")
        }
        add(path, .file(Array(bytes.prefix(rule.limit))))
    }

    private func isInside(_ path: String) -> Bool {
        guard let real = CaptureArchive.resolved(files.root + path) else { return false }
        return insides.contains { real.hasPrefix($0 + "/") }
    }

    private mutating func add(_ path: String, _ content: SnapshotEntry.Content) {
        guard path.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            return addGap(path, "a name that is not plain")
        }
        // That a name is there is less than what it holds.
        if content == .folder, found[path] != nil { return }
        found[path] = content
    }

    private mutating func addGap(_ path: String, _ reason: String) {
        let shown = path.map { $0.isASCII && ($0.asciiValue ?? 0) > 0x20 ? $0 : "?" }
        gaps.append(SnapshotGap(path: String(shown), reason: reason))
    }
}
