// SPDX-License-Identifier: Apache-2.0

import Glibc
public import NUMACore

/// Where a ledger is, if nobody says where.
public enum LedgerPlace {
    /// The name of a ledger that ends with the process.
    public static let memory = ":memory:"

    /// `/var/lib/numa-hints/ledger.db` for root; for others `numa-hints/ledger.db` below `XDG_STATE_HOME`, or below
    /// `~/.local/state` where that is not set or no absolute path.
    ///
    /// Source: https://specifications.freedesktop.org/basedir-spec/latest/
    ///
    /// - Throws: `.state` if the environment names no folder.
    public static func `default`(environment: [String: String], isRoot: Bool) throws(NUMAHintsError) -> String {
        if isRoot { return "/var/lib/numa-hints/ledger.db" }
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            return joined(state, "numa-hints/ledger.db")
        }
        if let home = environment["HOME"], home.hasPrefix("/") {
            return joined(home, ".local/state/numa-hints/ledger.db")
        }
        throw NUMAHintsError(
            .state, "no place for the ledger: neither XDG_STATE_HOME nor HOME is an absolute path")
    }

    /// Makes the folders that a ledger's path needs and that are missing, for this user alone (0700).
    ///
    /// - Throws: `.state`, and names the folder that cannot be made.
    public static func makeFolders(for path: String) throws(NUMAHintsError) {
        guard path != memory else { return }
        let parts = path.split(separator: "/", omittingEmptySubsequences: true).dropLast()
        var folder = path.hasPrefix("/") ? "" : "."
        for part in parts {
            folder += "/" + part
            guard unsafe mkdir(folder, 0o700) != 0 else {
                // Else what is synced below it could be lost with it.
                do throws(NUMAHintsError) {
                    try sync(Self.folder(of: folder))
                } catch {
                    _ = unsafe rmdir(folder)
                    throw error
                }
                continue
            }
            let problem = errno
            // Where something stands, mkdir says so, or that it may not write; either is fine for a folder.
            guard !isFolder(folder) else { continue }
            throw NUMAHintsError(
                .state, "the folder of the ledger cannot be made: \(problemText(problem))", file: folder)
        }
    }

    /// Makes the names in a folder last.
    static func sync(_ folder: String) throws(NUMAHintsError) {
        let file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else {
            throw NUMAHintsError(.state, "the folder cannot be opened: \(problemText(errno))", file: folder)
        }
        defer { _ = Glibc.close(file) }
        // Some file systems have nothing to sync here, and say so.
        guard fsync(file) == 0 || errno == EINVAL else {
            throw NUMAHintsError(.state, "the folder cannot be synced: \(problemText(errno))", file: folder)
        }
    }

    static func isFolder(_ path: String) -> Bool {
        var found = stat()
        return unsafe stat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR
    }

    /// The folder part of a path; `.` where it has none.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func joined(_ folder: String, _ rest: String) -> String {
        folder.hasSuffix("/") ? folder + rest : folder + "/" + rest
    }
}

/// What the system says of an error number, in lower case at the start: `permission denied`.
func problemText(_ number: Int32) -> String {
    guard let text = unsafe strerror(number).map({ unsafe String(cString: $0) }) else { return "error \(number)" }
    return text.prefix(1).lowercased() + text.dropFirst()
}
