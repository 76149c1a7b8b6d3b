// SPDX-License-Identifier: Apache-2.0

import Glibc

/// SIGINT and SIGTERM, which come when they are waited for and at no other moment.
struct Interruption {
    private var signals = sigset_t()

    /// From now on both wait; to be made before the process has a second thread.
    init() {
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, signal) }
        _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for one of them.
    ///
    /// - Returns: whether one came in this time.
    mutating func comes(within seconds: Double) -> Bool {
        var left = timespec()
        left.tv_sec = Int(seconds)
        left.tv_nsec = Int((seconds - seconds.rounded(.down)) * 1e9)
        // Another signal, such as SIGCONT, only makes the time shorter.
        return unsafe sigtimedwait(&signals, nil, &left) > 0
    }
}
