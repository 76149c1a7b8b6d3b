// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// A state that transactions change, one at a time, and that a rollback puts back.
///
/// The state is a value: beginning a transaction copies it.
public struct Books<State> {
    /// The state, with what the open transaction did so far.
    public private(set) var current: State
    private var open: (transaction: TransactionID, before: State)?
    /// What was learnt since the last other change, and the state before.
    private var restored: (before: State, steps: [(inout State) throws -> Void])?

    public init(_ state: State) { current = state }

    /// The transaction that is open, if one is.
    public var transaction: TransactionID? { open?.transaction }

    /// Changes the state inside a transaction, which is opened if it is not; a failure leaves both as
    /// they were.
    public mutating func change<Result>(
        in transaction: TransactionID, _ body: (inout State) throws -> Result
    ) throws -> Result {
        guard transaction.rawValue != 0 else {
            throw ProviderError(.invalid, "a transaction is never numbered 0")
        }
        if let other = open?.transaction, other != transaction {
            throw ProviderError(
                .badOrder, "transaction \(transaction.rawValue) begins while \(other.rawValue) is open")
        }
        restored = nil
        let before = current
        do {
            let result = try body(&current)
            if open == nil { open = (transaction, before) }
            return result
        } catch {
            current = before
            throw error
        }
    }

    /// Changes the state by what it is to learn after a restart, step by step; a failure leaves it as it was.
    ///
    /// No copy is made for each step, since many follow each other: after a failure those before it are done again.
    public mutating func restore(_ step: @escaping (inout State) throws -> Void) throws {
        let before = restored?.before ?? current
        var steps = restored?.steps ?? []
        // One reference alone, so that the list grows in place.
        restored = nil
        do {
            try step(&current)
        } catch {
            current = before
            for step in steps { try step(&current) }
            restored = (before, steps)
            throw error
        }
        steps.append(step)
        restored = (before, steps)
    }

    /// Changes the state outside transactions; a failure leaves it as it was.
    public mutating func change<Result>(_ body: (inout State) throws -> Result) throws -> Result {
        restored = nil
        let before = current
        do {
            return try body(&current)
        } catch {
            current = before
            throw error
        }
    }

    /// Makes the transaction last. One that is not open is fine.
    public mutating func commit(_ transaction: TransactionID) {
        guard open?.transaction == transaction else { return }
        open = nil
    }

    /// Makes the transaction last, once `body` is done; if that fails, the transaction stays open. One
    /// that is not open is fine.
    public mutating func commit(
        _ transaction: TransactionID, _ body: (inout State) throws -> Void
    ) throws {
        guard open?.transaction == transaction else { return }
        try change(body)
        open = nil
    }

    /// Undoes the transaction; one that is not open is fine.
    public mutating func rollback(_ transaction: TransactionID) {
        guard let undo = open, undo.transaction == transaction else { return }
        restored = nil
        current = undo.before
        open = nil
    }
}
