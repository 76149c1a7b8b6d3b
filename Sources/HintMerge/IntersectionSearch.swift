// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Finds the best non-empty intersection of one mask from each list, without walking their product.
///
/// It goes through the lists one by one. What is reachable so far is an interval: all masks between
/// a lower and an upper one. A plain mask cuts both ends, a mask with all its supersets cuts the
/// lower end alone. Choosing a family is only noted: at the end its members may leave out nodes as
/// long as their covers are met. Equal intervals are followed once, and those in which nothing can
/// be better than what was found not at all.
struct IntersectionSearch<Bits: NodeBits> {
    /// One list, as far as intersections go.
    struct List {
        var masks: [Bits] = []
        var wider: [Bits] = []
        var family: Family<Bits>?

        var choices: Int { masks.count + wider.count + (family == nil ? 0 : 1) }

        /// Whether it has a mask that includes this one.
        func includes(_ mask: Bits, _ steps: inout Steps) throws(StepLimitReached) -> Bool {
            if !wider.isEmpty { return true }
            if let family, mask.isSubset(of: family.domain) { return true }
            // Wide masks stand last in the order of a provider's list.
            for (index, wide) in masks.reversed().enumerated() where mask.isSubset(of: wide) {
                try steps.take(index + 1)
                return true
            }
            try steps.take(masks.count)
            return false
        }
    }

    private struct State: Hashable {
        var lower: Bits
        var upper: Bits
        /// The places of the lists whose family was chosen.
        var families: [Int] = []
    }

    private let machine: Bits
    private let lists: [List]
    private let order: MaskOrder<Bits>
    private var best: Bits?
    /// How many intervals are remembered, so that memory is bounded as the steps are.
    private var stored = 0
    private static var mostStored: Int { Bits.self == NodeWord.self ? 1_000_000 : 50_000 }

    init(machine: Bits, lists: [List], order: MaskOrder<Bits>) {
        self.machine = machine
        // Few choices first: each further level is then reached by fewer intervals.
        self.lists = lists.sorted { $0.choices < $1.choices }
        self.order = order
    }

    mutating func run(_ steps: inout Steps) throws(StepLimitReached) -> Bits? {
        if lists.contains(where: { $0.choices == 0 }) { return nil }
        try guess(&steps)
        var states = [State(lower: machine, upper: machine)]
        var cursors = [0]
        var seen: [Set<State>] = Array(repeating: [], count: lists.count + 1)
        while let state = states.last, let cursor = cursors.last {
            let level = states.count - 1
            guard level < lists.count, cursor < lists[level].choices,
                !order.isHopeless(subsetsOf: state.upper, against: best)
            else {
                if level == lists.count { try finish(state, &steps) }
                states.removeLast()
                cursors.removeLast()
                continue
            }
            cursors[level] += 1
            try steps.take()
            let following = choose(cursor, at: level, from: state)
            guard !following.upper.isEmpty, !order.isHopeless(subsetsOf: following.upper, against: best)
            else { continue }
            if level + 1 < lists.count, stored < Self.mostStored {
                guard seen[level + 1].insert(following).inserted else { continue }
                stored += 1
            }
            states.append(following)
            cursors.append(0)
        }
        return best
    }

    private func choose(_ choice: Int, at level: Int, from state: State) -> State {
        let list = lists[level]
        var state = state
        if choice < list.masks.count {
            let mask = list.masks[choice]
            state.lower = state.lower.intersection(mask)
            state.upper = state.upper.intersection(mask)
        } else if choice < list.masks.count + list.wider.count {
            state.lower = state.lower.intersection(list.wider[choice - list.masks.count])
        } else if let family = list.family {
            state.lower = state.lower.intersection(family.domain)
            state.upper = state.upper.intersection(family.domain)
            state.families.append(level)
        }
        return state
    }

    /// Takes masks of one list that all others include: an early good answer saves most of the search.
    private mutating func guess(_ steps: inout Steps) throws(StepLimitReached) {
        for (place, list) in lists.enumerated() {
            for mask in list.masks {
                let cut = mask.intersection(machine)
                guard !cut.isEmpty, order.rank(cut.count) <= 1, order.isBetter(cut, than: best) else {
                    continue
                }
                var isIncluded = true
                for (other, list) in lists.enumerated() where other != place && isIncluded {
                    isIncluded = try list.includes(cut, &steps)
                }
                if isIncluded { best = cut }
            }
        }
    }

    /// Takes the best mask of a complete choice.
    private mutating func finish(_ state: State, _ steps: inout Steps) throws(StepLimitReached) {
        let most = state.upper.count
        if most <= order.target || state.lower == state.upper && state.families.isEmpty {
            if order.isBetter(state.upper, than: best) { best = state.upper }
            return
        }
        let families = state.families.compactMap { lists[$0].family }
        for size in max(order.target, 1)...most {
            if let best, order.rank(size) > order.rank(best.count) { return }
            if let mask = try find(size, state, families, &steps) {
                if order.isBetter(mask, than: best) { best = mask }
                return
            }
        }
    }

    /// The best mask of one size between the ends of the interval that the families allow.
    private func find(
        _ size: Int, _ state: State, _ families: [Family<Bits>], _ steps: inout Steps
    ) throws(StepLimitReached) -> Bits? {
        let (lower, upper) = (state.lower, state.upper)
        guard let last = families.last else {
            // Nobody leaves out a node of the lower end.
            var cover = Cover<Bits>(need: UInt64(lower.count), places: (machine.reversed().first ?? 0) + 1)
            for place in lower { cover.own[place] = 1 }
            return try order.best(of: size, in: upper, over: Bits(), covers: [cover], &steps)
        }
        if families.count == 1 {
            let base = last.domain.subtracting(lower)
            return try order.best(of: size, in: upper, over: base, covers: last.covers, &steps)
        }
        if order.distances == nil {
            let lowest = upper.lowest(size)
            for family in families {
                let kept = family.domain.subtracting(lower).union(lowest)
                if family.covers.allSatisfy({ $0.isMet(by: kept) }) { return lowest }
            }
        }
        let split = SplitSearch(families)
        return try order.best(of: size, in: upper, over: Bits(), covers: [], &steps) {
            mask, steps throws(StepLimitReached) in
            var left = lower.subtracting(mask)
            if mask.count < size, let floor = mask.first {
                left = left.subtracting(upper.lowest(upper.count { $0 < floor }))
            }
            return try !split.canLeaveOut(left, &steps)
        }
    }
}
