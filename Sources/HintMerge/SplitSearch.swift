// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Decides whether nodes can be left out of an intersection of masks from several families: each
/// node must be left out of at least one family's mask, and each family must still have that mask.
struct SplitSearch<Bits: NodeBits> {
    private let families: [Family<Bits>]
    /// For each family and each of its covers, what all of its domain brings beyond the need.
    private let slack: [[UInt128]]
    private let hasShared: Bool

    init(_ families: [Family<Bits>]) {
        self.families = families
        slack = families.map { family in family.covers.map { $0.sum(over: family.domain) - $0.need } }
        hasShared = families.contains { $0.covers.contains { !$0.shared.isEmpty } }
    }

    /// What has been given to whom.
    private struct State {
        var kept: [Bits]
        var slack: [[UInt128]]
        /// The family that the next try gives the node to.
        var next = 0
    }

    private struct Key: Hashable {
        var depth: Int
        var slack: [[UInt128]]
        var kept: [Bits]
    }

    func canLeaveOut(_ nodes: Bits, _ steps: inout Steps) throws(StepLimitReached) -> Bool {
        var rest: [Int] = []
        for node in nodes where !isFree(node) { rest.append(node) }
        if rest.isEmpty { return true }
        try steps.take(rest.count)
        guard roomFor(rest) >= rest.count else { return false }
        // Nodes that weigh alike stand together, so that what was tried can be told again.
        let order = rest.sorted { weight($0) != weight($1) ? weight($0) > weight($1) : $0 < $1 }
        var failed: Set<Key> = []
        var states = [State(kept: families.map(\.domain), slack: slack)]
        while var state = states.last {
            let depth = states.count - 1
            if depth == order.count { return true }
            guard state.next < families.count else {
                if failed.count < 100_000 { failed.insert(key(state, depth)) }
                states.removeLast()
                continue
            }
            try steps.take()
            let family = state.next
            state.next += 1
            states[depth] = state
            guard let following = leaving(order[depth], outOf: family, state),
                !failed.contains(key(following, depth + 1))
            else { continue }
            states.append(following)
        }
        return false
    }

    private func key(_ state: State, _ depth: Int) -> Key {
        Key(depth: depth, slack: state.slack, kept: hasShared ? state.kept : [])
    }

    private func leaving(_ node: Int, outOf family: Int, _ state: State) -> State? {
        var state = state
        state.next = 0
        state.kept[family].remove(node)
        if state.kept[family].isEmpty { return nil }
        for (index, cover) in families[family].covers.enumerated() {
            let loss = cover.gain(of: node, over: state.kept[family])
            if loss > state.slack[family][index] { return nil }
            state.slack[family][index] -= loss
        }
        return state
    }

    /// Whether some family does without the node at no cost.
    private func isFree(_ node: Int) -> Bool {
        families.contains { family in
            !family.domain.contains(node)
                || family.covers.allSatisfy { cover in
                    cover.own[node] == 0 && !cover.shared.contains { $0.nodes.contains(node) }
                }
        }
    }

    private func weight(_ node: Int) -> UInt128 {
        families.reduce(0) { sum, family in
            family.covers.reduce(sum) { $0 + UInt128($1.own[node]) }
        }
    }

    /// How many of the nodes the families could leave out at most, each the lightest ones.
    private func roomFor(_ nodes: [Int]) -> Int {
        var room = 0
        for (family, slack) in zip(families, slack) {
            var most = nodes.count
            for (cover, slack) in zip(family.covers, slack) {
                var (left, amount) = (slack, 0)
                for weight in nodes.map({ UInt128(cover.own[$0]) }).sorted() {
                    guard weight <= left else { break }
                    left -= weight
                    amount += 1
                }
                most = min(most, amount)
            }
            room += most
        }
        return room
    }
}
