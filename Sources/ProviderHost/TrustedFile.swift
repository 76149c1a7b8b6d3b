// SPDX-License-Identifier: Apache-2.0

import CShims
import Glibc
package import NUMACore

/// A file that only root and the user of this process can have changed, nor can anybody else have put
/// another in its place: neither it nor a folder above it may be written by others.
///
/// Every step is looked at through a descriptor, so that nothing can be exchanged between the look and
/// the next step.
package struct TrustedFile {
    /// The path without links.
    package let path: String
    let device: UInt64
    let inode: UInt64

    /// Checks the file and every folder above it.
    package init(checking given: String) throws(NUMAHintsError) {
        path = try Self.realPath(given)
        var place = Descriptor(unsafe shim_open_path(AT_FDCWD, "/", true))
        var status = try place.status(of: "/")
        try Self.check(status, "/", isFolder: true)
        let steps = path.split(separator: "/")
        var walked = ""
        for (index, step) in steps.enumerated() {
            walked += "/\(step)"
            let isFolder = index + 1 < steps.count
            place = Descriptor(unsafe shim_open_path(place.number, String(step), isFolder))
            status = try place.status(of: walked)
            try Self.check(status, walked, isFolder: isFolder)
        }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }

    /// Fails if the path does not lead to the file that was checked any more.
    package func checkUnchanged() throws(NUMAHintsError) {
        var now = stat()
        guard unsafe lstat(path, &now) == 0, UInt64(now.st_dev) == device, UInt64(now.st_ino) == inode else {
            throw NUMAHintsError(.provider, "was exchanged while it was loaded", file: path)
        }
    }

    private static func realPath(_ path: String) throws(NUMAHintsError) -> String {
        guard let real = unsafe realpath(path, nil) else {
            throw NUMAHintsError(.provider, "cannot be opened: \(errorText(errno))", file: path)
        }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    private static func check(_ status: stat, _ path: String, isFolder: Bool) throws(NUMAHintsError) {
        guard isFolder || status.st_mode & S_IFMT == S_IFREG else {
            throw NUMAHintsError(.provider, "is not a regular file", file: path)
        }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw NUMAHintsError(
                .provider, "belongs to user \(status.st_uid), must belong to root or to user \(geteuid())",
                file: path)
        }
        // In a sticky folder others can add files, but not exchange those of root or this user.
        if isFolder && status.st_mode & S_ISVTX != 0 { return }
        // A group of the owner's own number is the owner's alone, by the custom of private groups.
        let isOwnGroup = status.st_gid == 0 || status.st_gid == status.st_uid
        let others = S_IWOTH | (isOwnGroup ? 0 : S_IWGRP)
        guard status.st_mode & others == 0 else {
            let who = status.st_mode & S_IWOTH != 0 ? "everybody" : "group \(status.st_gid)"
            throw NUMAHintsError(
                .provider, "can be written by \(who): run chmod go-w on it, or choose another folder",
                file: path)
        }
    }
}

/// An open file descriptor, closed at the end of its life.
private struct Descriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { if number >= 0 { close(number) } }

    func status(of path: String) throws(NUMAHintsError) -> stat {
        var status = stat()
        guard number >= 0, unsafe fstat(number, &status) == 0 else {
            throw NUMAHintsError(.provider, "cannot be opened: \(errorText(errno))", file: path)
        }
        return status
    }
}

/// What the system calls an error number.
func errorText(_ number: Int32) -> String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
}
