// SPDX-License-Identifier: Apache-2.0

import Admission
import NUMACore

/// A provider whose calls somebody counts and times: it answers as the one within does.
final class MeasuredProvider: LastingProvider {
    private let provider: any LastingProvider
    private let observer: any NodeObserver

    init(_ provider: any LastingProvider, _ observer: any NodeObserver) {
        self.provider = provider
        self.observer = observer
    }

    private func measured<Value>(
        _ call: String, _ body: () throws(ProviderFailure) -> Value
    ) throws(ProviderFailure) -> Value {
        let start = ContinuousClock.now
        do throws(ProviderFailure) {
            let value = try body()
            observer.called(id, call, seconds: start.secondsSince, fault: nil)
            return value
        } catch {
            observer.called(id, call, seconds: start.secondsSince, fault: error.fault)
            throw error
        }
    }

    private func measured(_ call: String, _ body: () -> Void) {
        let start = ContinuousClock.now
        body()
        observer.called(id, call, seconds: start.secondsSince, fault: nil)
    }

    var id: String { provider.id }
    var claims: [ResourceClaim] { provider.claims }
    var mayPlaceDevices: Bool { provider.mayPlaceDevices }
    var isBooksOnly: Bool { provider.isBooksOnly }
    var hearsGiven: Bool { provider.hearsGiven }

    /// No call of the provider's table.
    func given(_ request: ResourceRequest) { provider.given(request) }

    func hints(for request: ResourceRequest) throws(ProviderFailure) -> [ResourceAnswer] {
        try measured("hints") { () throws(ProviderFailure) in try provider.hints(for: request) }
    }

    func stock() throws(ProviderFailure) -> [Stock] {
        try measured("stock") { () throws(ProviderFailure) in try provider.stock() }
    }

    func devices() throws(ProviderFailure) -> [ListedDevice] {
        try measured("devices") { () throws(ProviderFailure) in try provider.devices() }
    }

    func deviceIDs() throws(ProviderFailure) -> [ResourceName: Set<String>]? {
        try measured("devices") { () throws(ProviderFailure) in try provider.deviceIDs() }
    }

    func prepare(
        _ transaction: TransactionID, _ request: ResourceRequest, _ placement: Placement
    ) throws(ProviderFailure) -> [Assignment] {
        try measured("prepare") { () throws(ProviderFailure) in
            try provider.prepare(transaction, request, placement)
        }
    }

    func release(_ transaction: TransactionID, _ holder: Holder) throws(ProviderFailure) {
        try measured("release") { () throws(ProviderFailure) in try provider.release(transaction, holder) }
    }

    func commit(_ transaction: TransactionID) throws(ProviderFailure) {
        try measured("commit") { () throws(ProviderFailure) in try provider.commit(transaction) }
    }

    func rollback(_ transaction: TransactionID) {
        measured("rollback") { provider.rollback(transaction) }
    }

    func restore(_ request: ResourceRequest) throws(ProviderFailure) {
        try measured("restore") { () throws(ProviderFailure) in try provider.restore(request) }
    }

    func restore(_ state: MemoryState) throws(ProviderFailure) {
        try measured("restore") { () throws(ProviderFailure) in try provider.restore(state) }
    }

    func started(_ container: Holder) {
        measured("started") { provider.started(container) }
    }

    func start() throws(ProviderFailure) {
        try measured("start") { () throws(ProviderFailure) in try provider.start() }
    }

    func memoryStates() throws(ProviderFailure) -> [MemoryState] {
        try measured("memory") { () throws(ProviderFailure) in try provider.memoryStates() }
    }
}

extension ProviderFailure {
    /// Nil for one that has too little, or not what is asked for.
    fileprivate var fault: String? {
        if reason.code == Self.diedCode || reason.code == Self.unknownOutcomeCode { return "died" }
        return kind == .io || kind == .fault ? kind.rawValue : nil
    }
}
