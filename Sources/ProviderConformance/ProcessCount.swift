// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What this process has open, and how many threads it has.
struct ProcessCount {
    var descriptors: Int
    var threads: Int

    static var now: ProcessCount {
        ProcessCount(descriptors: entries("/proc/self/fd"), threads: entries("/proc/self/task"))
    }

    private static func entries(_ folder: String) -> Int {
        guard let stream = unsafe opendir(folder) else { return 0 }
        defer { unsafe closedir(stream) }
        var count = 0
        while unsafe readdir(stream) != nil { count += 1 }
        return count
    }
}
