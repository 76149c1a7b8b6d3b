// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Signals, which come when they are waited for and at no other moment.
struct Interruption {
    private var signals = sigset_t()

    /// From now on they wait; to be made before the process has a second thread.
    init(_ numbers: [Int32] = [SIGINT, SIGTERM]) {
        unsafe sigemptyset(&signals)
        for signal in numbers { unsafe sigaddset(&signals, signal) }
        _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for one of them.
    ///
    /// - Returns: whether one came in this time.
    mutating func comes(within seconds: Double) -> Bool { signal(within: seconds) != nil }

    /// Waits for one of them.
    ///
    /// - Returns: the one that came in this time, or nil.
    mutating func signal(within seconds: Double) -> Int32? {
        var left = timespec()
        left.tv_sec = Int(seconds)
        left.tv_nsec = Int((seconds - seconds.rounded(.down)) * 1e9)
        // Another signal, such as SIGCONT, only makes the time shorter.
        let number = unsafe sigtimedwait(&signals, nil, &left)
        return number > 0 ? number : nil
    }
}
