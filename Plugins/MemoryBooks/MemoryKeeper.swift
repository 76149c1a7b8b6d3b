// SPDX-License-Identifier: Apache-2.0

public import NUMACore
public import ProviderKit

/// The logic that the providers of memory and of huge pages share: each claims some types, and counts
/// all of them.
public struct MemoryKeeper: Sendable {
    public let claim: ResourceClaim
    public let settings: MemorySettings
    public internal(set) var books: MemoryBooks

    public init(_ claim: ResourceClaim, _ context: ProviderContext) throws(ProviderError) {
        let machine = try context.requireMachine()
        let settings = try MemorySettings(context.settingsObject())
        self.init(claim, settings: settings, books: try MemoryBooks(machine, settings))
    }

    public init(_ claim: ResourceClaim, settings: MemorySettings, books: MemoryBooks) {
        self.claim = claim
        self.settings = settings
        self.books = books
    }

    /// Whether the memory of such a pod is counted.
    func counts(_ qos: QOSClass) -> Bool { settings.policy == .static && qos == .guaranteed }

    /// Whether this is memory of any type.
    static func isMemory(_ resource: ResourceName) -> Bool { resource == .memory || resource.isHugepages }

    /// Free and total of what is claimed.
    public func stock() -> [Stock] {
        books.types.indices.filter { claim.covers(books.types[$0]) }.flatMap { type in
            books.nodes.map { node in
                Stock(
                    books.types[type], locality: .nodes([node.id]), free: node.free[type],
                    total: node.allocatable[type])
            }
        }
    }

    /// Sets aside all types that the container asks for; returns the pieces that are claimed.
    public mutating func prepare(
        _ request: ResourceRequest, _ placement: Placement
    ) throws(ProviderError) -> [Assignment] {
        let holder = try PodHolder(request)
        let subject = try request.requireSubject()
        guard counts(request.pod.qos) else { return [] }
        let held = books.blocks(of: holder)
        if !held.isEmpty {
            try check(held, of: subject)
            books.noteLeftovers(of: holder, held)
            return pieces(held)
        }
        var needs: [MemoryNeed] = []
        for amount in subject.requests where Self.isMemory(amount.resource) {
            // What nobody has is refused by whoever claims it.
            let isThere = amount.quantity == 0 || books.has(amount.resource)
            guard isThere || settings.imitatesKubelet || !claim.covers(amount.resource) else {
                throw ProviderError(.exhausted, lacking(amount.resource))
            }
            guard isThere || settings.imitatesKubelet, let type = books.types.firstIndex(of: amount.resource) else {
                continue
            }
            needs.append(MemoryNeed(type: type, bytes: amount.quantity))
        }
        guard !needs.isEmpty else { return [] }
        let mask = try chooseMask(needs, placement, pod: request.pod.uid)
        for place in needs.indices { needs[place].shares = try wantedShares(needs[place], placement) }
        books.give(needs, on: mask, to: holder, of: request.pod)
        return pieces(books.blocks(of: holder))
    }

    /// Fails if a lasting container has another amount than it asks for.
    private func check(_ held: [MemoryBooks.Block], of subject: ContainerSpec) throws(ProviderError) {
        guard subject.kind != .initialization else { return }
        for amount in subject.requests where claim.covers(amount.resource) {
            let bytes = held.reduce(UInt64(0)) {
                books.types[$1.type] == amount.resource ? $0.addingClamped($1.bytes) : $0
            }
            guard bytes == amount.quantity else {
                throw ProviderError(
                    .invalid, heldOtherwise(subject.name, amount.resource, amount.quantity, bytes))
            }
        }
    }

    /// A piece for what was taken over from each init container, and one for the rest.
    private func pieces(_ blocks: [MemoryBooks.Block]) -> [Assignment] {
        blocks.filter { claim.covers(books.types[$0.type]) }.flatMap { block in
            func piece(_ bytes: UInt64, from container: String?) -> Assignment {
                var shares = block.shares
                if block.nodes.count == 1, let node = block.nodes.first {
                    shares = [Assignment.Share(node: node, bytes: bytes)]
                }
                return Assignment(
                    books.types[block.type], .memory(nodes: block.nodes, bytes: bytes, shares: shares),
                    takenFrom: container)
            }
            let taken = block.takenOver.reduce(UInt64(0)) { $0.addingClamped($1.bytes) }
            let own = block.bytes - min(taken, block.bytes)
            let pieces = block.takenOver.map { piece($0.bytes, from: $0.container) }
            return (own > 0 || pieces.isEmpty ? [piece(own, from: nil)] : []) + pieces
        }
    }

    // MARK: After a restart

    /// Takes down what an earlier process gave the request's container.
    public mutating func restore(_ request: ResourceRequest) throws(ProviderError) {
        let holder = try PodHolder(request)
        guard settings.policy == .static else { return }
        var isHolding = false
        for piece in request.heldBySubject where Self.isMemory(piece.resource) {
            guard case .memory(let nodes, let bytes, let shares) = piece.piece else { continue }
            isHolding = true
            // On one node nothing is to be settled.
            try books.restore(
                piece.resource, nodes: nodes, bytes: bytes, nodes.count == 1 ? [] : shares,
                takenFrom: piece.takenFrom, to: holder)
        }
        if isHolding { books.note(request.pod) }
    }

    /// What the books say of each node, with the types that are claimed.
    public func states() -> [MemoryState] {
        guard settings.policy == .static else { return [] }
        let claimed = books.types.indices.filter { claim.covers(books.types[$0]) }
        return books.nodes.map { node in
            MemoryState(
                node: node.id, assignments: node.assignments, cells: node.cells,
                tables: claimed.map {
                    MemoryState.Table(
                        books.types[$0], total: node.total[$0], systemReserved: node.systemReserved[$0],
                        allocatable: node.allocatable[$0], free: node.free[$0])
                })
        }
    }

    /// Takes down what the books of an earlier process said of a node.
    public mutating func restore(_ state: MemoryState) throws(ProviderError) {
        guard settings.policy == .static else { return }
        try books.restore(state)
    }

    public mutating func release(_ holder: Holder) {
        books.release(holder, forgets: !settings.imitatesKubelet)
    }

    public mutating func started(_ container: Holder) { books.started(container) }
}
