// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// A random walk through an instance's books, with books of its own beside it.
struct Walk {
    let subject: Subject
    let instance: ProviderInstance
    private let demands: [Demand]
    private var random: SplitMix
    /// Who has what, in the order in which it was given.
    private(set) var held: [Grant] = []
    private var pods = 0
    /// What there is of each resource.
    private let totals: ResourceAmounts

    init(_ subject: Subject, demands: [Demand]) throws {
        self.subject = subject
        self.demands = demands
        instance = try subject.make()
        random = SplitMix(seed: subject.bench.setup.seed)
        var (totals, stock) = (ResourceAmounts(), ResourceAmounts())
        for place in (try? instance.stock()) ?? [] { stock.add([place.resource: place.total]) }
        for demand in demands { totals[demand.resource] = demand.unit.multipliedClamped(demand.most) }
        totals.raise(to: stock)
        self.totals = totals
    }

    /// Takes so many transactions.
    mutating func run(_ steps: Int) throws {
        for step in 0..<steps { try transact(step) }
    }

    private mutating func transact(_ step: Int) throws {
        let transaction = subject.bench.transaction()
        let before = held
        for _ in 0..<(1 + random.below(3)) {
            if !held.isEmpty, random.below(5) < 2 {
                let grant = held.remove(at: random.below(held.count))
                try subject.release(instance, transaction, grant.holder)
            } else {
                try take(transaction, step)
            }
        }
        if random.below(3) == 0 {
            instance.rollback(transaction)
            held = before
        } else {
            try subject.commit(instance, transaction)
        }
    }

    /// A new pod asks for something, on a mask that is offered, on any, or on none.
    private mutating func take(_ transaction: TransactionID, _ step: Int) throws {
        let demand = demands[random.below(demands.count)]
        let units = 1 + UInt64(random.below(Int(clamping: min(demand.most, 4))))
        pods += 1
        let request = subject.request(demand.amount(units), pod: "pod-\(pods)")
        let answers = try subject.hints(instance, request)
        let masks = answers.first.map { Offer(answer: $0, candidates: request.candidateNodes).offered } ?? []
        let nodes: NUMANodeMask? = masks.isEmpty || random.below(4) == 0 ? nil : masks[random.below(masks.count)]
        let pieces: [Assignment]
        do throws(ProviderFailure) {
            pieces = try instance.prepare(transaction, request, Subject.placement(nodes))
        } catch {
            let isRight = error.kind == .exhausted || error.kind == .unsupported
            return try subject.expect(isRight && nodes == nil, "prepare", "\(place(step)): \(error.reason)")
        }
        try note(Grant(request: request, pieces: pieces), demand, step)
    }

    /// Holds what was given against what others have.
    private mutating func note(_ grant: Grant, _ demand: Demand, _ step: Int) throws {
        for piece in grant.pieces {
            for other in held {
                try subject.expect(
                    !other.pieces.contains { Exclusive.overlap($0, piece) }, "prepare",
                    "\(place(step)): \(grant.podUID) was given \(Subject.text([piece])), which \(other.podUID) has")
            }
        }
        held.append(grant)
        let sum = held.flatMap(\.pieces).filter { $0.resource == demand.resource }
            .reduce(UInt64(0)) { $0.addingClamped(Exclusive.quantity($1)) }
        let total = totals[demand.resource] ?? 0
        try subject.expect(
            sum <= total, "prepare", "\(place(step)): \(sum) of \(demand.resource) are held, and there are \(total)")
    }

    private func place(_ step: Int) -> String { "step \(step) of a walk with seed \(subject.bench.setup.seed)" }

    /// Releases all, in another order than it was given.
    mutating func releaseAll() throws {
        while !held.isEmpty {
            let grant = held.remove(at: random.below(held.count))
            try subject.releaseForGood(instance, grant.holder)
        }
    }

    /// A new instance that is told who has what.
    func restored() throws -> ProviderInstance {
        let restored = try subject.make()
        for grant in held where !grant.pieces.isEmpty { try subject.restore(restored, grant.holding) }
        do throws(ProviderFailure) {
            for state in try instance.memoryStates() { try restored.restore(state) }
        } catch {
            throw BrokenPromise("restore", Subject.text(error))
        }
        return restored
    }
}

/// A small random number generator that gives the same numbers for the same seed (SplitMix64).
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 that is below this one; 0 if that is not positive.
    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }
}
