// SPDX-License-Identifier: Apache-2.0

/// Which rule of the contract an answer broke, for programs; the words beside it are for people.
package enum ContractRule: String, Hashable, Sendable, CaseIterable {
    /// A record, a text or a list is not as the header has it.
    case record
    /// The table of the entry or of an instance lacks something.
    case table
    /// What is claimed or observed are not names of resources, each once.
    case claims
    /// Hints ascend, each mask once.
    case hintOrder
    /// No node outside the candidates.
    case hintBounds
    /// Exactly one answer for each resource that is asked for.
    case oneAnswer
    /// No answer for what was not asked.
    case unasked
    /// A capacity has no more free than there is.
    case capacity
    /// Pieces add up to what was requested.
    case amounts
    /// Pieces are of resources that are claimed and requested.
    case unaskedPiece
    /// Pieces lie where the machine has something to use.
    case places
    /// A piece comes once, and is no other container's.
    case sharing
    /// Records of the books ascend, each once, and have no more free than there is.
    case books
}
