// SPDX-License-Identifier: Apache-2.0

import CShims
import Glibc

/// The process at the other end of a connection, as it was when it connected.
struct Caller: Sendable, CustomStringConvertible {
    var user: uid_t
    var process: pid_t
    /// Its group, and the others that it is of.
    var groups: Set<gid_t>

    /// - Returns: nil where the kernel does not say.
    init?(socket: Int32) {
        var (user, group, process) = (uid_t(), gid_t(), pid_t())
        // The most that the kernel lets a process be of.
        var others = [gid_t](repeating: 0, count: 65_536)
        let count = unsafe others.withUnsafeMutableBufferPointer { buffer in
            unsafe shim_peer(socket, &user, &group, &process, buffer.baseAddress, Int32(buffer.count))
        }
        guard count >= 0 else { return nil }
        self.init(user: user, process: process, groups: Set(others.prefix(Int(count))).union([group]))
    }

    init(user: uid_t, process: pid_t, groups: Set<gid_t>) {
        self.user = user
        self.process = process
        self.groups = groups
    }

    /// Whether it may do what needs that.
    ///
    /// - Parameter own: the user of the service.
    func may(_ need: Call.Need, _ options: ServiceOptions, own: uid_t = geteuid()) -> Bool {
        let isTrusted = user == 0 || user == own || options.group.map { groups.contains($0.id) } ?? false
        return switch need {
        case .nothing: true
        case .reading: isTrusted || options.readers == .everyone
        case .changing: isTrusted
        }
    }

    var description: String { "process \(process) of user \(user)" }
}
