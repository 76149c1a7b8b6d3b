// SPDX-License-Identifier: Apache-2.0

import CConformance

/// Lets single allocations of a library fail. It does so as long as the process lives.
struct AllocationWatch {
    /// More are not tried, of each call.
    private static let limit = 2000

    init(_ path: String) throws {
        if let language = try LibraryBytes(of: path).runtime {
            throw NothingToCheck("the runtime of \(language) ends the process when it gets no memory")
        }
        guard unsafe allocation_watch_begin(path) > 0 else {
            throw NothingToCheck("it asks the C library for no memory itself")
        }
    }

    /// Runs the trial with the first of its allocations failing, then with the second, and so on to its last.
    ///
    /// - Parameter trial: gets the number of the allocation, calls its argument around what may fail, and returns what
    ///   is to be looked at if it did.
    /// - Returns: how many allocations failed.
    func eachFailure(_ trial: (UInt, (() -> Void) -> Void) throws -> () throws -> Void) throws -> Int {
        for number in 1...UInt(Self.limit) {
            var count: UInt = 0
            let look = try trial(number) { body in
                allocation_watch_fail(number)
                body()
                count = allocation_watch_count()
                allocation_watch_fail(0)
            }
            guard count >= number else { return Int(number) - 1 }
            try look()
        }
        return Self.limit
    }
}
