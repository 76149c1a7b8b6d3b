// SPDX-License-Identifier: Apache-2.0

package import NUMACore
import NUMAHints
import Synchronization

/// What the numbers that callers hold stand for.
///
/// A number is never given twice, so one that is known no longer was closed.
package enum Table {
    private struct Entries {
        var last: UInt64 = 0
        var managers: [UInt64: OpenManager] = [:]
        var subscriptions: [UInt64: Subscription] = [:]
    }

    private static let entries = Mutex(Entries())

    package static func add(_ manager: OpenManager) -> UInt64 {
        entries.withLock { entries in
            entries.last += 1
            entries.managers[entries.last] = manager
            return entries.last
        }
    }

    package static func add(_ subscription: Subscription) -> UInt64 {
        entries.withLock { entries in
            entries.last += 1
            entries.subscriptions[entries.last] = subscription
            return entries.last
        }
    }

    package static func manager(_ number: UInt64) throws(NUMAHintsError) -> OpenManager {
        let (found, last) = entries.withLock { ($0.managers[number], $0.last) }
        guard let found else { throw missing(number, last, "manager") }
        return found
    }

    package static func subscription(_ number: UInt64) throws(NUMAHintsError) -> Subscription {
        let (found, last) = entries.withLock { ($0.subscriptions[number], $0.last) }
        guard let found else { throw missing(number, last, "subscription") }
        return found
    }

    package static func removeManager(_ number: UInt64) throws(NUMAHintsError) -> OpenManager {
        let (found, last) = entries.withLock { ($0.managers.removeValue(forKey: number), $0.last) }
        guard let found else { throw missing(number, last, "manager") }
        return found
    }

    /// Takes out the subscriptions of a manager.
    package static func removeSubscriptions(of manager: OpenManager) -> [Subscription] {
        entries.withLock { entries in
            let own = entries.subscriptions.filter { $0.value.manager === manager }.keys.sorted()
            return own.compactMap { entries.subscriptions.removeValue(forKey: $0) }
        }
    }

    package static func removeSubscription(_ number: UInt64) throws(NUMAHintsError) -> Subscription {
        let (found, last) = entries.withLock { ($0.subscriptions.removeValue(forKey: number), $0.last) }
        guard let found else { throw missing(number, last, "subscription") }
        return found
    }

    private static func missing(_ number: UInt64, _ last: UInt64, _ what: String) -> NUMAHintsError {
        guard number != 0, number <= last else { return NUMAHintsError(.usage, "there is no \(what) \(number)") }
        return NUMAHintsError(.closed, "\(number) is no \(what), or was closed")
    }
}
