// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What the providers of a library can be asked for on the machine of most checks, once it was found.
final class KnownDemands: Sendable {
    private let values = Mutex<[String: [Demand]]>([:])

    /// What is known of the provider, else what the body finds.
    func demands(of id: String, _ find: () throws -> [Demand]) rethrows -> [Demand] {
        if let known = values.withLock({ $0[id] }) { return known }
        let found = try find()
        values.withLock { $0[id] = found }
        return found
    }
}
