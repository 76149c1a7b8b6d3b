// SPDX-License-Identifier: Apache-2.0

import CShims
import Glibc
package import NUMACore

/// The program that started this service, if it is one that hands over sockets and wants to be told: sd_listen_fds(3) and
/// sd_notify(3).
package struct ServiceManager: Sendable {
    /// Descriptors are handed over from this one on.
    private static let firstSocket: Int32 = 3

    private let environment: [String: String]

    /// The variables that are read.
    package static let variables = ["LISTEN_FDS", "LISTEN_PID", "NOTIFY_SOCKET"]

    package init(environment: [String: String]) { self.environment = environment }

    /// The socket that was handed over; nil if there is none.
    ///
    /// - Throws: if there are several, or it does not listen.
    package func socket() throws(NUMAHintsError) -> Int32? {
        guard environment["LISTEN_PID"] == "\(getpid())" else { return nil }
        guard environment["LISTEN_FDS"] == "1" else {
            throw NUMAHintsError(
                .usage, "one socket is expected, LISTEN_FDS says \(environment["LISTEN_FDS"] ?? "nothing")")
        }
        var (listens, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        guard unsafe getsockopt(Self.firstSocket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0, listens == 1 else {
            throw NUMAHintsError(
                .usage, "descriptor \(Self.firstSocket), which LISTEN_FDS announces, is no socket that listens")
        }
        _ = fcntl(Self.firstSocket, F_SETFD, FD_CLOEXEC)
        return Self.firstSocket
    }

    /// Tells it something: `READY=1`, `STOPPING=1`. Where nobody is to be told, or hears, nothing is done.
    package func notify(_ state: String) {
        guard let path = environment["NOTIFY_SOCKET"], !path.isEmpty else { return }
        unsafe shim_notify(path, state)
    }
}
