// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A provider for tests: devices, one a piece, on nodes; with books, a journal of its calls, and failures
/// on demand.
public final class FakeProvider: HintProvider {
    public let id: String
    public let resource: ResourceName
    public var claims: [ResourceClaim] { [ResourceClaim(resource.rawValue)] }
    /// How many there are on each node.
    public let totals: [Int: UInt64]
    /// Who holds how many where.
    public private(set) var held: [Holding] = []
    /// The calls, in order: `prepare 1 c`.
    public private(set) var journal: [String] = []
    /// The call that fails, e.g. `commit`, and how.
    public var failing: (call: String, kind: ProviderFailure.Kind)?
    /// What it answers instead of counting.
    public var answer: ResourceAnswer.Placement?
    private var before: (transaction: TransactionID, held: [Holding])?

    public struct Holding: Hashable, Sendable {
        public var holder: Holder
        public var node: Int
        public var count: UInt64
    }

    public init(_ resource: ResourceName, _ totals: [Int: UInt64]) {
        id = "test.\(resource)"
        self.resource = resource
        self.totals = totals
    }

    private func free(_ node: Int) -> UInt64 {
        (totals[node] ?? 0) - held.filter { $0.node == node }.map(\.count).reduce(0, +)
    }

    private func note(_ call: String, _ detail: String) throws(ProviderFailure) {
        journal.append(detail.isEmpty ? call : "\(call) \(detail)")
        guard let failing, failing.call == call else { return }
        throw ProviderFailure(failing.kind, provider: id, reason: Reason("\(call) fails on demand"))
    }

    public func hints(for request: ResourceRequest) throws(ProviderFailure) -> [ResourceAnswer] {
        try note("hints", request.subject?.name ?? "pod")
        let asked = request.subject.map { [$0] } ?? request.pod.containers
        let need = asked.compactMap { $0.requests[resource] }.reduce(0, +)
        guard need > 0 else { return [] }
        if let answer { return [ResourceAnswer(resource, answer)] }
        let pools = totals.keys.sorted().map {
            Capacity.Pool(nodes: [$0], free: free($0), total: totals[$0] ?? 0)
        }
        let universe = NUMANodeMask(totals.keys)
        return [ResourceAnswer(resource, .capacity(Capacity(need: need, universe: universe, pools: pools)))]
    }

    public func stock() throws(ProviderFailure) -> [Stock] {
        totals.keys.sorted().map {
            Stock(resource, locality: .nodes([$0]), free: free($0), total: totals[$0] ?? 0)
        }
    }

    public func prepare(
        _ transaction: TransactionID, _ request: ResourceRequest, _ placement: Placement
    ) throws(ProviderFailure) -> [Assignment] {
        try note("prepare", "\(transaction.rawValue) \(request.subject?.name ?? "-")")
        var need = request.subject?.requests[resource] ?? 0
        begin(transaction)
        let kept = held
        var given: [Assignment] = []
        let inside = totals.keys.sorted().filter { placement.affinity.nodes?.contains($0) ?? true }
        for node in inside + totals.keys.sorted().filter({ !inside.contains($0) }) where need > 0 {
            let count = min(need, free(node))
            guard count > 0 else { continue }
            let holder = Holder(podUID: request.pod.uid, container: request.subject?.name)
            for place in 0..<count {
                let number = (totals[node] ?? 0) - free(node) + place
                given.append(Assignment(resource, .device(id: "n\(node)-\(number)", nodes: [node])))
            }
            held.append(Holding(holder: holder, node: node, count: count))
            need -= count
        }
        guard need == 0 else {
            held = kept
            throw ProviderFailure(.exhausted, provider: id, reason: Reason("\(need) \(resource) are missing"))
        }
        return given
    }

    private func begin(_ transaction: TransactionID) {
        if before?.transaction != transaction { before = (transaction, held) }
    }

    public func release(_ transaction: TransactionID, _ holder: Holder) throws(ProviderFailure) {
        try note("release", "\(transaction.rawValue) \(holder.podUID)")
        begin(transaction)
        held.removeAll {
            $0.holder.podUID == holder.podUID
                && (holder.container == nil || $0.holder.container == holder.container)
        }
    }

    public func commit(_ transaction: TransactionID) throws(ProviderFailure) {
        try note("commit", "\(transaction.rawValue)")
        before = nil
    }

    public func rollback(_ transaction: TransactionID) {
        journal.append("rollback \(transaction.rawValue)")
        if let before, before.transaction == transaction { held = before.held }
        before = nil
    }

    public func restore(_ request: ResourceRequest) throws(ProviderFailure) {
        try note("restore", request.subject?.name ?? "-")
        let holder = Holder(podUID: request.pod.uid, container: request.subject?.name)
        let pieces = request.held[request.container ?? 0].filter { $0.resource == resource }
        for case .device(_, let nodes) in pieces.map(\.piece) {
            held.append(Holding(holder: holder, node: nodes.first ?? 0, count: 1))
        }
    }

    public func started(_ container: Holder) { journal.append("started \(container.container ?? "-")") }
}
