// SPDX-License-Identifier: Apache-2.0

public import Admission
public import HintMerge
public import NUMACore

/// One thing that, were it otherwise, would let a refused pod in, or align one that is not aligned. It was decided about
/// so, and admitted.
public struct Change: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// A container asks for less of a resource: for the most that is admitted.
        case request(container: String, ResourceName, from: UInt64, to: UInt64)
        /// A pod is gone; `frees` is what it has of what is short.
        case holder(uid: String, name: String, frees: [ResourceAmount])
        /// So much more of a resource is on a node: huge pages, in bytes, made of its memory, or devices.
        case supply(ResourceName, node: Int, more: UInt64)
        /// Less of a resource is reserved for the system: on a node, or, of CPUs that are given as a number, in all.
        case reserve(ResourceName, node: Int?, from: UInt64, to: UInt64)
        case scope(Scope)
        /// An option of the CPU manager's static policy.
        case option(String, isOn: Bool)
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

    /// The cheapest first: what is aligned before what is not; then by what it takes, in this order: smaller requests, by
    /// what is lost of them; huge pages; pods, by how many resources they free; reservations; devices; a scope; an option;
    /// a policy.
    public static func isCheaper(_ one: Change, than other: Change) -> Bool {
        if one.isPreferred != other.isPreferred { return one.isPreferred }
        let (first, second) = (one.cost, other.cost)
        return (first.rank, first.part, first.name) < (second.rank, second.part, second.name)
    }

    private var cost: (rank: Int, part: Double, name: String) {
        switch kind {
        case .request(let container, let resource, let from, let to):
            (0, from == 0 ? 0 : Double(from - min(to, from)) / Double(from), "\(container) \(resource)")
        case .supply(let resource, let node, let more) where resource.unit == .bytes:
            (1, Double(more), "\(resource) \(Self.padded(node))")
        case .holder(_, let name, let frees): (2, Double(frees.count), name)
        case .reserve(let resource, let node, let from, let to):
            (3, Double(from - min(to, from)), "\(resource) \(Self.padded(node ?? 0))")
        case .supply(let resource, let node, let more): (4, Double(more), "\(resource) \(Self.padded(node))")
        case .scope(let scope): (5, 0, scope.rawValue)
        case .option(let name, _): (6, 0, name)
        // The nearer to the one that refuses, the better.
        case .policy(let policy): (7, policy == .restricted ? 0 : policy == .bestEffort ? 1 : 2, policy.rawValue)
        }
    }

    /// Sorts as the number does.
    private static func padded(_ node: Int) -> String {
        String(repeating: "0", count: max(0, 6 - "\(node)".count)) + "\(node)"
    }
}
