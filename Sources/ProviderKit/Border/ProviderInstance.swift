// SPDX-License-Identifier: Apache-2.0

import BorderMemory
import CNUMAHintsProvider
import NUMACore

/// One instance of a provider behind its C table.
///
/// The host never calls it twice at once, so that nothing here is locked. Safe to
/// hold: the host's table outlives it, by contract, and its own is freed with it.
@safe final class ProviderInstance {
    /// The table that the host has; freed by ``destroy``.
    private(set) var table: UnsafePointer<nh_provider>
    private let host: UnsafePointer<nh_host>
    private let lending = LentMemory()
    private var books: Books<any Provider>
    private let hasBooksOnly: Bool
    /// What else it is, looked up once.
    let roles: ProviderRoles
    /// When a ``WatchingProvider`` last looked; nil of any other, and of one that is not started.
    private var lastLook: ContinuousClock.Instant?

    /// Makes a provider and its table, which keeps this alive until it is destroyed.
    init(_ type: any Provider.Type, host: UnsafePointer<nh_host>) throws {
        let provider = unsafe try type.init(context: ProviderContext(host))
        unsafe self.host = unsafe host
        books = Books(provider)
        hasBooksOnly = type.descriptor.hasBooksOnly
        roles = ProviderRoles(type)
        let blank = UnsafeMutablePointer<nh_provider>.allocate(capacity: 1)
        unsafe table = unsafe UnsafePointer(blank)
        let claims = unsafe lending.strings(provider.claims.map(\.pattern))
        let observes = unsafe lending.strings(provider.observes.map(\.pattern))
        unsafe blank.initialize(
            to: Self.functions(
                data: Unmanaged.passRetained(self).toOpaque(), claims, observes,
                observesStart: type is any StartObserver.Type))
    }

    deinit { unsafe UnsafeMutablePointer(mutating: table).deallocate() }

    var provider: any Provider { books.current }

    /// The instance behind a table of this kit.
    static func of(_ table: UnsafePointer<nh_provider>) -> ProviderInstance? {
        guard let data = unsafe table.pointee.data else { return nil }
        return unsafe Unmanaged<ProviderInstance>.fromOpaque(data).takeUnretainedValue()
    }

    /// Runs a call of the host; an error becomes a status, and its reason goes to the host.
    static func call(
        _ table: UnsafePointer<nh_provider>, _ body: (ProviderInstance) throws -> Void
    ) -> nh_status {
        guard let instance = unsafe of(table) else { return nh_status(NH_INVALID) }
        return unsafe answer(to: instance.host) { try body(instance) }
    }

    /// Runs `body`; an error becomes a status, and its reason goes to the host.
    static func answer(to host: UnsafePointer<nh_host>, _ body: () throws -> Void) -> nh_status {
        do {
            try body()
            return nh_status(NH_OK)
        } catch {
            let known = error as? ProviderError ?? ProviderError(.fault, "unexpected error: \(error)")
            let lending = LentMemory()
            if let table = unsafe try? lent(host) {
                unsafe table.explain(host, lending.message(known.reason))
            }
            return known.code.status
        }
    }

    private static func functions(
        data: UnsafeMutableRawPointer, _ claims: UnsafePointer<UnsafePointer<CChar>?>,
        _ observes: UnsafePointer<UnsafePointer<CChar>?>, observesStart: Bool
    ) -> nh_provider {
        unsafe nh_provider(
            struct_size: MemoryLayout<nh_provider>.size, data: data, claims: claims, observes: observes,
            destroy: { table in
                guard let data = unsafe table.pointee.data else { return }
                unsafe Unmanaged<ProviderInstance>.fromOpaque(data).release()
            },
            restore: { table, request in
                unsafe ProviderInstance.call(table) { unsafe try $0.restore(request) }
            },
            start: { table in unsafe ProviderInstance.call(table) { try $0.start() } },
            stop: { table in _ = unsafe ProviderInstance.call(table) { try $0.stop() } },
            hints: { table, request, sink in
                unsafe ProviderInstance.call(table) { unsafe try $0.hints(request, sink) }
            },
            prepare: { table, transaction, request, placement, sink in
                unsafe ProviderInstance.call(table) {
                    unsafe try $0.prepare(transaction, request, placement, sink)
                }
            },
            release: { table, transaction, holder in
                unsafe ProviderInstance.call(table) { unsafe try $0.release(transaction, holder) }
            },
            commit: { table, transaction in
                unsafe ProviderInstance.call(table) { try $0.commit(TransactionID(rawValue: transaction)) }
            },
            rollback: { table, transaction in
                unsafe ProviderInstance.of(table)?.books.rollback(TransactionID(rawValue: transaction))
            },
            started: observesStart ? { unsafe ProviderInstance.started($0, $1) } : nil,
            extension: { table, id in
                unsafe ProviderExtensions.table(text(id), for: ProviderInstance.of(table)?.roles)
            })
    }

    private static func started(_ table: UnsafePointer<nh_provider>, _ holder: UnsafePointer<nh_holder>) {
        _ = unsafe call(table) { instance in
            let holder = unsafe try Holder(holder)
            try instance.books.change { provider in
                guard var observer = provider as? any StartObserver else { return }
                observer.started(holder)
                provider = observer
            }
        }
    }

    private func start() throws {
        try books.change { try $0.start() }
        lastLook = roles.watching == nil ? nil : .now
    }

    private func stop() throws {
        lastLook = nil
        try books.change { $0.stop() }
    }

    /// Lets a ``WatchingProvider`` look at what it watches, if it is time.
    func lookAgain() {
        guard let last = lastLook, books.transaction == nil else { return }
        guard let seconds = roles.watching?.refreshSeconds(of: provider),
            last.duration(to: .now) >= .seconds(Int64(clamping: seconds))
        else { return }
        guard let context = unsafe try? ProviderContext(host) else { return }
        do {
            let isChanged = try books.change { provider in
                guard var watcher = provider as? any WatchingProvider else { return false }
                let isChanged = try watcher.refresh()
                provider = watcher
                return isChanged
            }
            if isChanged { context.changed() }
        } catch {
            context.log(.warning, "could not look at the hardware again: \(error)")
        }
        lastLook = .now
    }

    private func restore(_ request: UnsafePointer<nh_request>) throws {
        let request = unsafe try ResourceRequest(request)
        try books.restore { try $0.restore(request) }
    }

    /// Learns what an earlier process's books said of a node.
    func restore(_ state: MemoryState) throws {
        try books.change { provider in
            guard var keeper = provider as? any MemoryStateProvider else { return }
            try keeper.restore(state)
            provider = keeper
        }
    }

    private func hints(_ request: UnsafePointer<nh_request>, _ sink: UnsafePointer<nh_hint_sink>) throws {
        let table = unsafe try lent(sink)
        let request = unsafe try ResourceRequest(request)
        let lending = LentMemory()
        lookAgain()
        for answer in try provider.hints(for: request) { unsafe lending.deliver(answer, to: sink, table) }
    }

    private func prepare(
        _ transaction: nh_transaction, _ request: UnsafePointer<nh_request>,
        _ placement: UnsafePointer<nh_placement>, _ sink: UnsafePointer<nh_assignment_sink>
    ) throws {
        let table = unsafe try lent(sink)
        let request = unsafe try ResourceRequest(request)
        let placement = unsafe try Placement(placement)
        let pieces = try books.change(in: TransactionID(rawValue: transaction)) {
            try $0.prepare(request, placement)
        }
        let lending = LentMemory()
        for piece in pieces { unsafe table.assign(sink, lending.assignment(piece)) }
    }

    private func commit(_ transaction: TransactionID) throws {
        if hasBooksOnly {
            books.commit(transaction)
        } else {
            try books.commit(transaction) { try $0.committed() }
        }
    }

    private func release(_ transaction: nh_transaction, _ holder: UnsafePointer<nh_holder>) throws {
        let holder = unsafe try Holder(holder)
        try books.change(in: TransactionID(rawValue: transaction)) { try $0.release(holder) }
    }
}
