// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// What of a folder's files would be there after the power failed: what was synced, and of the rest all, nothing or
/// some.
///
/// Bytes last by fsync(2) or fdatasync(2) of their file, names by that of their folder alone: no file system promises
/// less. Of bytes that were not synced, any sectors of 512 bytes may be there; of names that were not synced, those
/// before any one of their folder's changes.
struct DiskModel {
    private enum Change {
        case write(offset: Int, [UInt8])
        case truncate(Int)
    }

    private struct File {
        var synced: [UInt8] = []
        var pending: [Change] = []
        var size = 0
    }

    private enum Entry: Equatable {
        case file(Int)
        case folder
    }

    private struct NameChange {
        var folder: String
        var name: String
        /// Nil: the name goes.
        var entry: Entry?
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What one name is after the power failed; a folder has no bytes.
    struct Remnant: Hashable {
        var path: String
        var bytes: [UInt8]?
    }

    private let ignoresLogSyncs: Bool
    private var files: [File] = []
    private var names: [String: Entry] = [:]
    private var syncedNames: [String: Entry] = [:]
    private var pendingNames: [NameChange] = []

    /// - Parameters:
    ///   - folders: what is there already; paths are relative to the folder that is followed.
    ///   - ignoresLogSyncs: whether a sync of the log does nothing, as with SQLite's `synchronous = NORMAL`.
    init(folders: [String] = [], ignoresLogSyncs: Bool = false) {
        self.ignoresLogSyncs = ignoresLogSyncs
        for folder in folders { names[folder] = .folder }
        syncedNames = names
    }

    /// Takes in one call, if it had success and concerns the folder that is followed.
    ///
    /// - Parameter folder: that one, where the process ran.
    mutating func apply(_ call: TracedCall, in folder: String) throws {
        guard let result = call.result, result >= 0 else { return }
        let paths = call.paths(in: folder).compactMap { Self.relative($0, to: folder) }
        guard let path = paths.first else { return }
        switch call.name {
        case "open", "openat", "creat": try open(path, call)
        case "mkdir", "mkdirat": rename(path, to: .folder)
        case "unlink", "unlinkat": rename(path, to: nil)
        case "rename", "renameat", "renameat2":
            guard paths.count == 2, let entry = names[path] else { throw Self.unknown(call, path) }
            rename(paths[1], to: entry)
            rename(path, to: nil)
        case "write", "pwrite64":
            guard let bytes = call.bytes, Int64(bytes.count) >= result else { throw Self.unknown(call, path) }
            try change(path, call) { file in
                let offset = call.name == "write" ? file.size : call.number(3)
                guard let offset else { throw Self.unknown(call, path) }
                return .write(offset: offset, Array(bytes.prefix(Int(result))))
            }
        case "ftruncate":
            guard let size = call.number(1) else { throw Self.unknown(call, path) }
            try change(path, call) { _ in .truncate(size) }
        case "fsync", "fdatasync": sync(path)
        case "mmap":
            // The log's index is made anew from the log by whoever opens the ledger first.
            guard !call.has("MAP_SHARED") || !call.has("PROT_WRITE") || path.hasSuffix("-shm") else {
                throw Self.unknown(call, path)
            }
        case "close", "flock": break
        default: throw Self.unknown(call, path)
        }
    }

    /// What would be there if the power failed now.
    ///
    /// - Parameter generator: chooses of what was not synced; nil: nothing of it.
    func remnants(keeping generator: inout SeededGenerator?) -> [Remnant] {
        var left = syncedNames
        if var random = generator {
            for folder in Set(pendingNames.map(\.folder)).sorted() {
                let changes = pendingNames.filter { $0.folder == folder }
                for change in changes.prefix(Int.random(in: 0...changes.count, using: &random)) {
                    left[change.name] = change.entry
                }
            }
            generator = random
        }
        return left.keys.sorted().compactMap { name in
            guard let entry = left[name], isReachable(name, in: left) else { return nil }
            guard case .file(let index) = entry else { return Remnant(path: name, bytes: nil) }
            return Remnant(path: name, bytes: bytes(of: files[index], keeping: &generator))
        }
    }

    private func isReachable(_ name: String, in left: [String: Entry]) -> Bool {
        let folder = Self.folder(of: name)
        return folder.isEmpty || (left[folder] == .folder && isReachable(folder, in: left))
    }

    private func bytes(of file: File, keeping generator: inout SeededGenerator?) -> [UInt8] {
        var bytes = file.synced
        guard var random = generator else { return bytes }
        defer { generator = random }
        for change in file.pending {
            switch change {
            case .truncate(let size):
                if Bool.random(using: &random) { Self.resize(&bytes, size) }
            case .write(let offset, let data):
                var start = 0
                while start < data.count {
                    let end = min(data.count, (offset + start) / 512 * 512 + 512 - offset)
                    if Bool.random(using: &random) { Self.put(data[start..<end], at: offset + start, &bytes) }
                    start = end
                }
            }
        }
        return bytes
    }

    // MARK: Calls

    private mutating func open(_ path: String, _ call: TracedCall) throws {
        if names[path] == nil, !path.isEmpty {
            guard call.has("O_CREAT") || call.name == "creat" else { throw Self.unknown(call, path) }
            files.append(File())
            rename(path, to: .file(files.count - 1))
        } else if call.has("O_TRUNC") {
            try change(path, call) { _ in .truncate(0) }
        }
    }

    private mutating func rename(_ path: String, to entry: Entry?) {
        names[path] = entry
        pendingNames.append(NameChange(folder: Self.folder(of: path), name: path, entry: entry))
    }

    private mutating func change(_ path: String, _ call: TracedCall, _ change: (File) throws -> Change) throws {
        guard case .file(let index)? = names[path] else { throw Self.unknown(call, path) }
        let made = try change(files[index])
        files[index].pending.append(made)
        switch made {
        case .write(let offset, let data): files[index].size = max(files[index].size, offset + data.count)
        case .truncate(let size): files[index].size = size
        }
    }

    private mutating func sync(_ path: String) {
        guard case .file(let index)? = names[path] else {
            for change in pendingNames where change.folder == path { syncedNames[change.name] = change.entry }
            pendingNames.removeAll { $0.folder == path }
            return
        }
        guard !ignoresLogSyncs || !path.hasSuffix("-wal") else { return }
        for change in files[index].pending {
            switch change {
            case .write(let offset, let data): Self.put(data[...], at: offset, &files[index].synced)
            case .truncate(let size): Self.resize(&files[index].synced, size)
            }
        }
        files[index].pending = []
    }

    private static func put(_ data: ArraySlice<UInt8>, at offset: Int, _ bytes: inout [UInt8]) {
        if bytes.count < offset + data.count { resize(&bytes, offset + data.count) }
        bytes.replaceSubrange(offset..<offset + data.count, with: data)
    }

    private static func resize(_ bytes: inout [UInt8], _ size: Int) {
        if size < bytes.count { bytes.removeLast(bytes.count - size) }
        bytes += Array(repeating: 0, count: size - bytes.count)
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private static func relative(_ path: String, to folder: String) -> String? {
        if path == folder { return "" }
        return path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : nil
    }

    private static func unknown(_ call: TracedCall, _ path: String) -> Failure {
        Failure(description: "the model does not know what \(call.name) does to \(path)")
    }
}
