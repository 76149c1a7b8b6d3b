// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// Programs measured from their start to their end.
enum WholeProcess {
    /// A program that did not end as it should.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// By the system calls themselves: Foundation's Process notices an end only at the next turn of its run loop, tens
    /// of milliseconds later.
    static func time(
        _ program: String, _ arguments: [String], _ environment: [String: String] = [:]
    ) throws -> Duration {
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        var settings = unsafe variables.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (words + settings).forEach { unsafe free($0) } }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for stream in [STDOUT_FILENO, STDERR_FILENO] {
            unsafe posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
        }
        let clock = ContinuousClock()
        let start = clock.now
        var process: pid_t = 0
        guard unsafe posix_spawnp(&process, program, &actions, nil, &words, &settings) == 0 else {
            throw Failure(description: "\(program) cannot be run")
        }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        let time = start.duration(to: clock.now)
        guard status == 0 else {
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")) failed, status \(status)")
        }
        return time
    }

    static func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }
}
