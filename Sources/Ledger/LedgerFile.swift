// SPDX-License-Identifier: Apache-2.0

import GRDB
import Glibc
import NUMACore

/// The file of a ledger: whether it can be one, and how it comes to be.
struct LedgerFile {
    let path: String

    /// Refuses what can be no ledger, and makes one where there is none.
    ///
    /// It is made beside its place and moved there whole, so that a file that is empty or has no tables is never
    /// one that was not finished, but one that lost what it had.
    func check(mayMake: Bool) throws {
        var found = stat()
        if unsafe stat(path, &found) == 0 {
            guard found.st_mode & S_IFMT == S_IFREG else { throw refusal("the ledger is no regular file") }
            guard found.st_size > 0 else {
                throw refusal("the file is empty, and no ledger ever is; remove it to begin a new one")
            }
            // Asked beforehand, since SQLite would make a log that nobody can write later either.
            try checkRights(path, mayMake ? R_OK | W_OK : R_OK)
            if mayMake { try checkRights(LedgerPlace.folder(of: path), W_OK | X_OK) }
            return
        }
        let problem = errno
        guard problem == ENOENT else { throw refusal("the ledger cannot be opened: \(problemText(problem))") }
        let folder = LedgerPlace.folder(of: path)
        guard LedgerPlace.isFolder(folder) else {
            throw NUMAHintsError(.state, "the folder of the ledger is not there", file: folder)
        }
        guard mayMake else { throw refusal("there is no ledger") }
        // A log without its file would be read into the new one.
        for end in ["-wal", "-shm", "-journal"] where exists(path + end) {
            throw refusal("the ledger is missing, but its log \(path + end) is there; remove that to begin a new one")
        }
        try make(in: folder)
    }

    private func checkRights(_ place: String, _ rights: Int32) throws {
        guard unsafe faccessat(AT_FDCWD, place, rights, AT_EACCESS) != 0 else { return }
        let problem = problemText(errno)
        let what = rights & W_OK == 0 ? "read" : "written"
        throw refusal(
            place == path
                ? "the ledger cannot be \(what): \(problem)"
                : "the ledger cannot be written: its folder \(place): \(problem)")
    }

    private func make(in folder: String) throws {
        let draft = path + ".new"
        for end in ["", "-wal", "-shm", "-journal"] { _ = unsafe unlink(draft + end) }
        let file = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw refusal("the ledger cannot be made: \(problemText(errno))") }
        _ = Glibc.close(file)
        do {
            let queue = try SQLiteLedger.connection(draft)
            try SQLiteLedger.useLog(queue)
            try LedgerSchema.migrate(queue)
            // Closing writes the log into the file too, and does not tell when that fails.
            try queue.inDatabase { _ = try $0.checkpoint(.truncate) }
            try queue.close()
            guard unsafe rename(draft, path) == 0 else {
                throw refusal("the ledger cannot be made: \(problemText(errno))")
            }
        } catch {
            for end in ["", "-wal", "-shm", "-journal"] { _ = unsafe unlink(draft + end) }
            throw error
        }
        try LedgerPlace.sync(folder)
    }

    private func exists(_ path: String) -> Bool {
        var found = stat()
        return unsafe lstat(path, &found) == 0
    }

    private func refusal(_ message: String) -> NUMAHintsError {
        NUMAHintsError(.state, message, file: path)
    }
}
