// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A child process, by the system calls themselves: Foundation's `Process` sees an end tens of milliseconds late, and fails
/// at times where hundreds are started at once.
enum Child {
    /// A program that cannot be started.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs a program to its end.
    ///
    /// - Parameter streams: the files of its standard input, output and errors.
    /// - Returns: its exit status; 128 and the number of the signal that ended it.
    static func status(
        _ command: [String], environment: [String: String], streams: [String]
    ) throws -> Int32 {
        var words = unsafe command.map { unsafe strdup($0) } + [nil]
        var settings = unsafe environment.map { name, value in unsafe strdup("\(name)=\(value)") } + [nil]
        defer { unsafe (words + settings).forEach { unsafe free($0) } }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, streams[0], O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, streams[1], O_WRONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, streams[2], O_WRONLY, 0)
        // The threads of tests have signals blocked, and a child must be there to be killed.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var process: pid_t = 0
        let error = unsafe posix_spawn(&process, command[0], &actions, &attributes, &words, &settings)
        guard error == 0 else {
            throw Failure(description: "\(command[0]) cannot be run: error \(error)")
        }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}
