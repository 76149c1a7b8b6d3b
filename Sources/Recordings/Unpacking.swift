// SPDX-License-Identifier: Apache-2.0

import Glibc
import NUMACore

/// An archive on its way into a folder that nobody else can write to.
///
/// Nothing is ever written through a link: the folders above an entry must be folders that this
/// made itself, and a name that is there already is refused.
struct Unpacking {
    private enum Kind { case folder, file, link }

    private let archive: String
    private let folder: String
    private let bounds: CaptureArchive.Bounds
    /// What was made, by its path in the archive. Looked up, never listed.
    private var made: [String: Kind] = [:]
    private var links: [String] = []
    private var tops: [String] = []
    private var entries = 0
    private var totalBytes = 0
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    init(archive: String, folder: String, bounds: CaptureArchive.Bounds) {
        self.archive = archive
        self.folder = folder
        self.bounds = bounds
    }

    /// Writes one entry.
    mutating func add(_ entry: ArchiveReader.Entry) throws {
        entries += 1
        guard entries <= bounds.entries else { throw refusal("it has more than \(bounds.entries) entries") }
        guard let name = entry.path else { throw refusal("entry \(entries) has no valid name") }
        let parts = try parts(of: name)
        // "./" itself.
        guard let last = parts.last else { return }
        let path = parts.joined(separator: "/")
        try makeFolders(parts.dropLast())
        if parts.count == 1, !tops.contains(last), tops.count < 3 { tops.append(last) }
        if entry.isHardLink { return try addHardLink(path, to: entry.hardLinkTarget) }
        switch entry.type {
        case S_IFDIR: try makeFolders(parts[...])
        case S_IFREG: try addFile(path, entry)
        case S_IFLNK: try addLink(path, to: entry.linkTarget, depth: parts.count - 1)
        case S_IFCHR, S_IFBLK: throw refusal("\(shown(path)) is a device file")
        case S_IFIFO: throw refusal("\(shown(path)) is a pipe")
        default: throw refusal("\(shown(path)) is neither a file, nor a folder, nor a link")
        }
    }

    /// The folder of the captured system, after a last look at the links.
    func finish() throws -> String {
        guard entries > 0 else { throw refusal("it is empty") }
        let inside = CaptureArchive.resolved(folder) ?? folder
        for path in links {
            // Links to nothing are common in captures, and lead nowhere.
            guard let target = CaptureArchive.resolved("\(folder)/\(path)") else { continue }
            guard target == inside || target.hasPrefix(inside + "/") else {
                throw refusal("the link \(shown(path)) leads outside")
            }
        }
        if tops.count == 1, made[tops[0]] == .folder, tops[0] != "sys", tops[0] != "proc" {
            return "\(folder)/\(tops[0])"
        }
        return folder
    }

    // MARK: Names

    private func parts(of name: String) throws -> [String] {
        guard name.utf8.count <= bounds.pathBytes else {
            throw refusal("entry \(entries) has a path longer than \(bounds.pathBytes) bytes")
        }
        guard !name.hasPrefix("/") else { throw refusal("\(shown(name)) is an absolute path") }
        let parts = name.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard !parts.contains("..") else { throw refusal("\(shown(name)) leads out by ..") }
        guard parts.count <= bounds.depth else {
            throw refusal("entry \(entries) lies deeper than \(bounds.depth) folders")
        }
        guard parts.allSatisfy({ $0.utf8.count <= 255 }) else {
            throw refusal("entry \(entries) has a name longer than 255 bytes")
        }
        return parts
    }

    private func shown(_ path: String) -> String {
        String(path.prefix(120).map { $0.isASCII && ($0.asciiValue ?? 0) >= 0x20 ? $0 : "?" })
    }

    private func refusal(_ message: String) -> NUMAHintsError {
        NUMAHintsError(.input, "refused as a capture: \(message)", file: archive)
    }

    private func failed(_ path: String) -> NUMAHintsError {
        let reason = unsafe String(cString: strerror(errno))
        return NUMAHintsError(.machine, "\(shown(path)) cannot be unpacked: \(reason)", file: archive)
    }

    // MARK: Writing

    private mutating func makeFolders(_ parts: ArraySlice<String>) throws {
        var path = ""
        for part in parts {
            path += path.isEmpty ? part : "/\(part)"
            switch made[path] {
            case .folder?: continue
            case .file?, .link?: throw refusal("\(shown(path)) is a folder and something else too")
            case nil: break
            }
            guard unsafe mkdir("\(folder)/\(path)", 0o700) == 0 else { throw failed(path) }
            made[path] = .folder
            if !path.contains("/"), !tops.contains(path), tops.count < 3 { tops.append(path) }
        }
    }

    private mutating func claim(_ path: String, _ kind: Kind) throws {
        guard made[path] == nil else { throw refusal("\(shown(path)) is there twice") }
        made[path] = kind
    }

    private mutating func addFile(_ path: String, _ entry: ArchiveReader.Entry) throws {
        try claim(path, .file)
        guard entry.size <= bounds.fileBytes else {
            throw refusal("\(shown(path)) is larger than \(bounds.fileBytes >> 20) MiB")
        }
        let file = unsafe open(
            "\(folder)/\(path)", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failed(path) }
        defer { close(file) }
        var size = 0
        while true {
            let part = try entry.nextPart(into: &buffer)
            if part.isEmpty { return }
            size += part.count
            totalBytes += part.count
            guard size <= bounds.fileBytes else {
                throw refusal("\(shown(path)) is larger than \(bounds.fileBytes >> 20) MiB")
            }
            guard totalBytes <= bounds.totalBytes else {
                throw refusal("it holds more than \(bounds.totalBytes >> 20) MiB")
            }
            guard unsafe write(file, buffer, part.count) == part.count else { throw failed(path) }
        }
    }

    private mutating func addLink(_ path: String, to target: String?, depth: Int) throws {
        try claim(path, .link)
        guard let target, !target.isEmpty, target.utf8.count < Int(PATH_MAX) else {
            throw refusal("the link \(shown(path)) has no valid target")
        }
        var depth = depth
        for part in target.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            guard depth >= 0 else { break }
        }
        guard !target.hasPrefix("/"), depth >= 0 else {
            throw refusal("the link \(shown(path)) points outside, to \(shown(target))")
        }
        guard unsafe symlink(target, "\(folder)/\(path)") == 0 else { throw failed(path) }
        links.append(path)
    }

    private mutating func addHardLink(_ path: String, to target: String?) throws {
        try claim(path, .file)
        let source = try parts(of: target ?? "").joined(separator: "/")
        guard made[source] == .file, source != path else {
            throw refusal("the link \(shown(path)) names no file before it in the archive")
        }
        guard unsafe link("\(folder)/\(source)", "\(folder)/\(path)") == 0 else { throw failed(path) }
    }
}
