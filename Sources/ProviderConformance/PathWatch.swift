// SPDX-License-Identifier: Apache-2.0

import CConformance
import Glibc

/// What this process reads of the running system, as it tells the kernel. It watches as long as the process lives.
struct PathWatch {
    /// What the C library and runtimes look at for themselves, and what is the same everywhere.
    private static let allowed = [
        "/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero", "/proc/meminfo", "/proc/self",
        "/proc/stat", "/proc/sys/vm/overcommit_memory", "/proc/thread-self", "/sys/devices/system/cpu/online",
        "/sys/devices/system/cpu/possible",
    ]

    init() throws {
        let problem = path_watch_begin()
        guard problem == 0 else {
            throw NothingToCheck("what it opens cannot be watched here: \(unsafe String(cString: strerror(problem)))")
        }
        // It may have been begun before, for another provider.
        _ = take()
        _ = unsafe access("/proc/numa-hints-looks", F_OK)
        guard take() == ["/proc/numa-hints-looks"] else {
            throw NothingToCheck("what it opens cannot be watched here: the kernel does not tell")
        }
    }

    /// The paths of the running system that were named since the last time, in that order.
    func take() -> [String] {
        var bytes = [CChar](repeating: 0, count: 1 << 16)
        let count = unsafe path_watch_take(&bytes, bytes.count)
        return bytes[..<count].split(separator: 0).map {
            String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        .filter { path in !Self.allowed.contains { path == $0 || path.hasPrefix($0 + "/") } }
    }
}
