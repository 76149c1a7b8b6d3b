// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Runs work in threads of the operating system.
enum OwnThread {
    /// What a thread is to do, and what came of it. Sound to share, since it is read only after the thread has ended.
    private final class Work<Value>: @unchecked Sendable {
        let body: () throws -> Value
        var result: Result<Value, any Error>?

        init(_ body: @escaping () throws -> Value) { self.body = body }

        func run() { result = Result { try body() } }
    }

    /// Type-erased for C, which knows no generic.
    private final class Start {
        let run: () -> Void

        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// Runs the body in a thread of its own, and waits for it.
    static func run<Value>(_ body: @escaping () throws -> Value) throws -> Value {
        try together([body])[0]
    }

    /// Where threads wait until all have come. Sound to share, since the barrier is made for that.
    final class Meeting: @unchecked Sendable {
        private var barrier = pthread_barrier_t()

        init(_ count: Int) { unsafe pthread_barrier_init(&barrier, nil, UInt32(clamping: count)) }

        deinit { unsafe pthread_barrier_destroy(&barrier) }

        func wait() { unsafe pthread_barrier_wait(&barrier) }
    }

    /// Runs each body in a thread of its own, all at once, and waits for them.
    static func together<Value>(_ bodies: [() throws -> Value]) throws -> [Value] {
        let works = bodies.map { Work($0) }
        var threads: [pthread_t] = []
        for work in works {
            var thread = pthread_t()
            let start = unsafe Unmanaged.passRetained(Start(work.run)).toOpaque()
            let error = unsafe pthread_create(
                &thread, nil,
                { argument in
                    guard let argument = unsafe argument else { return nil }
                    unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().run()
                    return nil
                }, start)
            guard error == 0 else { throw NothingToCheck("a thread cannot be made: error \(error)") }
            threads.append(thread)
        }
        for thread in threads { _ = pthread_join(thread, nil) }
        return try works.map { work in
            guard let result = work.result else { throw NothingToCheck("a thread did not run") }
            return try result.get()
        }
    }
}
