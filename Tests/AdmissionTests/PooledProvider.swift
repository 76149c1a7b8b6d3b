// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderKit

/// A provider of listed devices with real books, in this process.
final class PooledProvider: HintProvider {
    let id: String
    private var pool: DevicePool
    private var before: (transaction: TransactionID, pool: DevicePool)?
    /// What it was asked to give, call by call.
    private(set) var wanted: [[Assignment]] = []
    /// Gives nothing that is wanted, as a provider that knows nothing of it.
    var refusesWanted: ProviderFailure.Kind?
    private(set) var listings = 0

    init(_ id: String, _ devices: [PooledDevice]) {
        self.id = id
        pool = DevicePool(devices)
    }

    var claims: [ResourceClaim] { pool.resources.map { ResourceClaim($0.rawValue) } }

    func hints(for request: ResourceRequest) -> [ResourceAnswer] {
        let asked = request.subject.map { [$0] } ?? request.pod.containers
        return pool.resources.filter { resource in asked.contains { ($0.requests[resource] ?? 0) > 0 } }
            .map { pool.answer(for: $0, request) }
    }

    func stock() -> [Stock] { pool.stock }

    func devices() -> [ListedDevice] {
        listings += 1
        return pool.listed
    }

    func prepare(
        _ transaction: TransactionID, _ request: ResourceRequest, _ placement: Placement
    ) throws(ProviderFailure) -> [Assignment] {
        wanted.append(placement.wanted)
        if let refusesWanted, !placement.wanted.isEmpty {
            throw ProviderFailure(refusesWanted, provider: id, reason: Reason("nothing is given on demand"))
        }
        begin(transaction)
        do throws(ProviderError) {
            return try pool.prepare(request, placement)
        } catch {
            throw ProviderFailure(.exhausted, provider: id, reason: Reason("\(error)"))
        }
    }

    private func begin(_ transaction: TransactionID) {
        if before?.transaction != transaction { before = (transaction, pool) }
    }

    func release(_ transaction: TransactionID, _ holder: Holder) {
        begin(transaction)
        pool.release(holder)
    }

    func commit(_ transaction: TransactionID) { before = nil }

    func rollback(_ transaction: TransactionID) {
        if let before { pool = before.pool }
        before = nil
    }

    func restore(_ request: ResourceRequest) throws(ProviderFailure) {
        do throws(ProviderError) {
            try pool.restore(request)
        } catch {
            throw ProviderFailure(.exhausted, provider: id, reason: Reason("\(error)"))
        }
    }

    func started(_ container: Holder) {}
}
