// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A provider for tests: devices, one a piece, on nodes; with books, a journal of its calls, and failures
/// on demand.
public final class FakeProvider: LastingProvider {
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
    /// Counts its calls among others', and lets one of them fail.
    public var plan: FaultPlan?
    /// What its commits change, once it is started; nil for a provider that has its books alone.
    public var hardware: Hardware?
    public var isBooksOnly: Bool { hardware == nil }
    private var isStarted = false
    private var leaving: [Holder] = []
    private var before: (transaction: TransactionID, held: [Holding])?

    public struct Holding: Hashable, Sendable {
        public var holder: Holder
        public var node: Int
        public var count: UInt64

        fileprivate func isOf(_ other: Holder) -> Bool {
            holder.podUID == other.podUID && (other.container == nil || holder.container == other.container)
        }
    }

    /// Outlives providers, as real hardware does.
    public final class Hardware {
        public fileprivate(set) var held: [Holding] = []
        public init() {}
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
        // The commit of books alone cannot fail.
        if !(isBooksOnly && call == "commit"), plan?.isNextFailing() == true {
            throw ProviderFailure(.io, provider: id, reason: Reason("\(call) fails on demand"))
        }
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
        leaving.append(holder)
        held.removeAll { $0.isOf(holder) }
    }

    public func commit(_ transaction: TransactionID) throws(ProviderFailure) {
        try note("commit", "\(transaction.rawValue)")
        before = nil
        if isStarted, let hardware {
            for holder in leaving { hardware.held.removeAll { $0.isOf(holder) } }
            hardware.held += held.filter { !hardware.held.contains($0) }
        }
        leaving = []
    }

    public func rollback(_ transaction: TransactionID) {
        journal.append("rollback \(transaction.rawValue)")
        if let before, before.transaction == transaction { held = before.held }
        before = nil
        leaving = []
    }

    public func start() throws(ProviderFailure) {
        try note("start", "")
        isStarted = true
    }

    public func memoryStates() throws(ProviderFailure) -> [MemoryState] { [] }
    public func restore(_ state: MemoryState) throws(ProviderFailure) {}
    public func deviceIDs() throws(ProviderFailure) -> [ResourceName: Set<String>]? {
        [resource: Set(totals.flatMap { node, count in (0..<count).map { "n\(node)-\($0)" } })]
    }

    public func restore(_ request: ResourceRequest) throws(ProviderFailure) {
        try note("restore", request.subject?.name ?? "-")
        let holder = Holder(podUID: request.pod.uid, container: request.subject?.name)
        let pieces = request.held[request.container ?? 0].filter { $0.resource == resource }
        for node in totals.keys.sorted() {
            let count = pieces.count { if case .device(_, [node]) = $0.piece { true } else { false } }
            if count > 0 { held.append(Holding(holder: holder, node: node, count: UInt64(count))) }
        }
    }

    public func started(_ container: Holder) { journal.append("started \(container.container ?? "-")") }
}
