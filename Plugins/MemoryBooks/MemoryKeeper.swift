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
        self.claim = claim
        self.settings = settings
        books = try MemoryBooks(machine, settings)
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
        let types = books.nodes.first?.allocatable.resources.filter(claim.covers) ?? []
        return types.flatMap { type in
            books.nodes.map { node in
                Stock(
                    type, locality: .nodes([node.id]), free: books.free(type, on: node),
                    total: node.allocatable[type] ?? 0)
            }
        }
    }

    /// Sets aside all types that the container asks for; returns the pieces that are claimed.
    public mutating func prepare(
        _ request: ResourceRequest, _ placement: Placement
    ) throws(ProviderError) -> [Assignment] {
        let holder = try PodHolder(request)
        let subject = try request.requireSubject()
        let asked = ResourceAmounts(subject.requests.filter { Self.isMemory($0.resource) })
        guard counts(request.pod.qos), !asked.isEmpty else { return [] }
        if let pieces = try held(by: holder, asked) { return pieces }
        let own = ResourceAmounts(asked.filter { claim.covers($0.resource) })
        for amount in own where amount.quantity > 0 && !books.has(amount.resource) {
            throw ProviderError(.exhausted, lacking(amount.resource))
        }
        // Types that are only observed may be nobody's: they must not stand in the way.
        var amounts = asked
        var mask = books.mask(for: asked, holder, placement)
        if mask == nil, own != asked {
            amounts = own
            mask = own.isEmpty ? nil : books.mask(for: own, holder, placement)
            if own.isEmpty { return [] }
        }
        guard let mask else { throw ProviderError(.exhausted, shortage(own, holder, placement)) }
        books.note(request.pod)
        for amount in amounts {
            let shares = try wantedShares(amount, placement)
            books.give(amount, on: mask, to: holder, shares: shares)
        }
        return pieces(of: holder)
    }

    /// What the container has already, if it is what it asks for.
    private func held(by holder: PodHolder, _ asked: ResourceAmounts) throws(ProviderError) -> [Assignment]? {
        let blocks = books.blocks.filter { $0.holder == holder }
        guard !blocks.isEmpty else { return nil }
        for amount in asked where claim.covers(amount.resource) {
            let bytes = blocks.reduce(UInt64(0)) { $1.resource == amount.resource ? $0 + $1.bytes : $0 }
            guard bytes == amount.quantity || holder.kind == .initialization else {
                throw ProviderError(.invalid, heldOtherwise(holder.container, amount, bytes))
            }
        }
        return pieces(of: holder)
    }

    func heldOtherwise(_ container: String, _ amount: ResourceAmount, _ bytes: UInt64) -> Reason {
        let name = amount.resource
        return Reason(
            "\(container) holds \(name.text(of: bytes)) of \(name) already, "
                + "\(name.text(of: amount.quantity)) requested", code: "held-otherwise")
    }

    private func pieces(of holder: PodHolder) -> [Assignment] {
        books.blocks.filter { $0.holder == holder && claim.covers($0.resource) }.map {
            Assignment(
                $0.resource, .memory(nodes: $0.nodes, bytes: $0.bytes, shares: $0.shares),
                takenFrom: $0.takenFrom)
        }
    }

    /// The split that is wanted, checked against what is free.
    private func wantedShares(
        _ amount: ResourceAmount, _ placement: Placement
    ) throws(ProviderError) -> [Assignment.Share] {
        for piece in placement.wanted where piece.resource == amount.resource {
            guard case .memory(let mask, _, let shares) = piece.piece, !shares.isEmpty else { continue }
            let sum = shares.reduce(UInt64(0)) { $0.addingClamped($1.bytes) }
            let fits = shares.allSatisfy { share in
                mask.contains(share.node)
                    && books.nodes.contains {
                        $0.id == share.node && books.free(amount.resource, on: $0) >= share.bytes
                    }
            }
            guard fits, sum == amount.quantity else {
                let text = "the split of \(amount.resource) that is wanted does not fit"
                throw ProviderError(.exhausted, Reason(text, code: "wanted-split-does-not-fit"))
            }
            return shares.sorted { $0.node < $1.node }
        }
        return []
    }

    /// Takes down what an earlier process gave the request's container.
    public mutating func restore(_ request: ResourceRequest) throws(ProviderError) {
        let holder = try PodHolder(request)
        guard settings.policy == .static else { return }
        for piece in request.heldBySubject where Self.isMemory(piece.resource) {
            guard case .memory(let nodes, let bytes, let shares) = piece.piece else { continue }
            try books.restore(
                piece.resource, nodes: nodes, bytes: bytes, shares, takenFrom: piece.takenFrom, to: holder)
        }
        books.note(request.pod)
    }

    public mutating func release(_ holder: Holder) { books.release(holder) }
    public mutating func started(_ container: Holder) { books.started(container) }
}
