// SPDX-License-Identifier: Apache-2.0

public import Admission
public import HintMerge
public import NUMACore

/// One thing that, were it otherwise, would let a refused pod in. It was decided about so, and admitted.
public struct Change: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// A container asks for less of a resource: for the most that is admitted.
        case request(container: String, ResourceName, from: UInt64, to: UInt64)
        /// A pod is gone; `frees` is what it has of what is short.
        case holder(uid: String, name: String, frees: [ResourceAmount])
        case scope(Scope)
        case policy(Policy)
    }

    public var kind: Kind
    /// Where the pod then comes to lie; nil where its containers lie on different nodes, or anywhere.
    public var nodes: NUMANodeMask?
    /// Whether it is aligned there.
    public var isPreferred: Bool

    public init(_ kind: Kind, admitted trace: DecisionTrace) {
        self.kind = kind
        let hints = trace.units.compactMap { $0.merge?.best }
        // Who asks for nothing comes to lie anywhere.
        let masks = Set(hints.compactMap(\.nodes))
        nodes = masks.count == 1 ? masks.first : nil
        isPreferred = !hints.isEmpty && hints.allSatisfy(\.isPreferred)
    }

    /// The cheapest first: what stays aligned before what does not, then smaller requests by what is lost of them,
    /// holders by how few resources they free, a scope, a policy.
    public static func isCheaper(_ one: Change, than other: Change) -> Bool {
        if one.isPreferred != other.isPreferred { return one.isPreferred }
        let (first, second) = (one.cost, other.cost)
        return (first.rank, first.part, first.name) < (second.rank, second.part, second.name)
    }

    private var cost: (rank: Int, part: Double, name: String) {
        switch kind {
        case .request(let container, let resource, let from, let to):
            (0, from == 0 ? 0 : Double(from - min(to, from)) / Double(from), "\(container) \(resource)")
        case .holder(_, let name, let frees): (1, Double(frees.count), name)
        case .scope(let scope): (2, 0, scope.rawValue)
        // The nearer to the one that refuses, the better.
        case .policy(let policy): (3, policy == .restricted ? 0 : policy == .bestEffort ? 1 : 2, policy.rawValue)
        }
    }
}
