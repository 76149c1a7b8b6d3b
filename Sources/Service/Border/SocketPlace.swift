// SPDX-License-Identifier: Apache-2.0

import CShims
import Glibc
package import NUMACore

/// The path of a socket: of one service as long as this lives, as its lock file says.
package final class SocketPlace: Sendable {
    private let path: String
    private let lock: Int32

    /// Where the socket is if nobody says: `/run/numa-hints/numa-hints.sock` for root, below `XDG_RUNTIME_DIR` for others.
    ///
    /// - Parameter environment: `XDG_RUNTIME_DIR` is read of it.
    package static func `default`(environment: [String: String]) throws(NUMAHintsError) -> String {
        if geteuid() == 0 { return "/run/numa-hints/numa-hints.sock" }
        guard let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") else {
            throw NUMAHintsError(.usage, "XDG_RUNTIME_DIR is not set: name the socket by --socket")
        }
        return folder + "/numa-hints.sock"
    }

    /// Makes the folder, and takes away a socket that nobody listens at any more.
    ///
    /// - Throws: if the path cannot be one of a socket, or somebody listens there.
    init(_ path: String) throws(NUMAHintsError) {
        // sun_path has room for these, and for a zero.
        guard !path.isEmpty, path.utf8.count <= 107 else {
            throw NUMAHintsError(
                .usage, "the path of a socket has 1 to 107 bytes, found \(path.utf8.count)",
                file: path.isEmpty ? nil : path)
        }
        if let end = path.lastIndex(of: "/"), end != path.startIndex {
            guard unsafe mkdir(String(path[..<end]), 0o755) == 0 || errno == EEXIST else {
                throw Self.failure("make its folder", path)
            }
        }
        try Self.checkKind(of: path)
        let lock = unsafe Glibc.open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw Self.failure("open its lock file", path) }
        do throws(NUMAHintsError) {
            guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
                throw NUMAHintsError(.state, "another process listens here", file: path)
            }
            try Self.clear(path)
        } catch {
            close(lock)
            throw error
        }
        self.path = path
        self.lock = lock
    }

    deinit { close(lock) }

    /// Takes the socket away. The next service may take the place once this is gone.
    func remove() { _ = unsafe unlink(path) }

    private static func checkKind(of path: String) throws(NUMAHintsError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure("look for it", path) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw NUMAHintsError(.usage, "this is there, and is no socket", file: path)
        }
    }

    private static func clear(_ path: String) throws(NUMAHintsError) {
        switch unsafe shim_connect(path) {
        case 0: throw NUMAHintsError(.state, "another process listens here", file: path)
        case ENOENT: break
        case ECONNREFUSED: guard unsafe unlink(path) == 0 else { throw failure("take away the old one", path) }
        case let problem: throw failure("try the old one", path, problem)
        }
    }

    /// Lets those connect who may.
    func open(_ options: ServiceOptions) throws(NUMAHintsError) {
        if let group = options.group, unsafe lchown(path, uid_t.max, group.id) != 0 {
            throw Self.failure("give it to \(group.name)", path)
        }
        // Who connects is looked at once more.
        let mode: mode_t = options.readers == .everyone ? 0o666 : options.group == nil ? 0o600 : 0o660
        guard unsafe fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw Self.failure("open it", path)
        }
    }

    /// The group of a name or number.
    package static func group(_ name: String) throws(NUMAHintsError) -> ServiceOptions.Group {
        if let id = gid_t(name) { return ServiceOptions.Group(name: name, id: id) }
        guard let entry = unsafe getgrnam(name) else { throw NUMAHintsError(.usage, "there is no group '\(name)'") }
        return ServiceOptions.Group(name: name, id: unsafe entry.pointee.gr_gid)
    }

    private static func failure(_ what: String, _ path: String, _ problem: Int32 = errno) -> NUMAHintsError {
        NUMAHintsError(.state, "cannot \(what): \(unsafe String(cString: strerror(problem)))", file: path)
    }
}
