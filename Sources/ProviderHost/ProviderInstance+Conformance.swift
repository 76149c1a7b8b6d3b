// SPDX-License-Identifier: Apache-2.0

import CNUMAHintsProvider
package import NUMACore
import Synchronization

/// What only those ask for who check a provider.
extension ProviderInstance {
    /// The claims as its table has them at the moment; nil if they are none that can be read.
    package var currentClaims: [ResourceClaim]? { try? unsafe Self.names(in: table).claims }

    /// How often it said that capacity or health changed.
    package var changeCount: Int { host.changes.load(ordering: .relaxed) }

    /// A reason that it gave had a line break, or another control character.
    package var hasBrokenLine: Bool { host.hasBrokenLine }

    /// Whether it has a table of that id.
    package func offers(_ extensionID: String) -> Bool { unsafe table(of: extensionID) != nil }

    /// Whether it learns that containers started.
    package var hearsOfStarts: Bool { unsafe BorderRecord.isSet(table, \.started) }

    /// Ends the watching, as before the end of the instance; also without a start.
    package func stop() {
        isStarted = false
        unsafe table.pointee.stop(table)
    }

    /// Walks through its stock, and ends the walk at the first record.
    ///
    /// - Returns: how many records came; nil if it keeps no stock that can be walked.
    package func stockVisitsThatStop() -> Int? {
        guard let raw = unsafe table(of: NH_EXT_STOCK) else { return nil }
        let stocks = unsafe raw.assumingMemoryBound(to: nh_stocks.self)
        guard unsafe BorderRecord.isSet(stocks, \.each) else { return nil }
        var count = 0
        _ = unsafe withUnsafeMutablePointer(to: &count) { place in
            unsafe stocks.pointee.each(table, { context, _ in unsafe ProviderInstance.countAndStop(context) }, place)
        }
        return count
    }

    /// The same for its devices.
    package func deviceVisitsThatStop() -> Int? {
        guard let raw = unsafe table(of: NH_EXT_DEVICES) else { return nil }
        let devices = unsafe raw.assumingMemoryBound(to: nh_devices.self)
        guard unsafe BorderRecord.isSet(devices, \.each) else { return nil }
        var count = 0
        _ = unsafe withUnsafeMutablePointer(to: &count) { place in
            unsafe devices.pointee.each(table, { context, _ in unsafe ProviderInstance.countAndStop(context) }, place)
        }
        return count
    }

    private static func countAndStop(_ context: UnsafeMutableRawPointer?) -> Bool {
        unsafe context?.assumingMemoryBound(to: Int.self).pointee += 1
        return false
    }
}

extension ProviderLibrary {
    /// What a call of `create` came to that is expected to fail.
    package struct Refusal: Sendable {
        package var status: Int32
        /// The status in words.
        package var meaning: String
        /// The pointer to the instance was written to.
        package var wasMade: Bool
        package var reason: Reason?
        /// The reason had a line break, or another control character.
        package var hasBrokenLine: Bool
    }

    /// Asks for an instance as any id, with any settings; one that comes about is destroyed again.
    package func create(
        _ id: String, settings: String?, environment: ProviderEnvironment
    ) -> Refusal {
        let host = HostTable(provider: id, settings: settings, environment: environment)
        var made: UnsafePointer<nh_provider>?
        let status = unsafe source.create(id, host.pointer, &made)
        let refusal = Refusal(
            status: Int32(status), meaning: ProviderInstance.meaning(of: status), wasMade: unsafe made != nil,
            reason: host.takeReason(), hasBrokenLine: host.hasBrokenLine)
        if status == NH_OK, let table = unsafe made { unsafe ProviderInstance.discard(table, host) }
        return refusal
    }

    /// The descriptors as they are given at the moment, once more; nil if they cannot be read.
    package func readDescriptors() -> [Descriptor]? { try? Self.descriptors(source) }
}
