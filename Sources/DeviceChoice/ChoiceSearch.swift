// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// Finds the best choice of a problem by branch and bound.
///
/// Devices are taken one by one in ascending order of id, resource by resource, of each class its first ones: so choices
/// come in ascending order of their ids, and of equally good ones the first counts. Before that, a choice is made in
/// which each step takes what looks best, so that there is something to compare with.
struct ChoiceSearch {
    let problem: ChoiceProblem
    /// The most comparisons of classes, in hundreds.
    let limit: Int
    private(set) var steps = 0
    /// Whether the limit was met: there may be something better.
    private(set) var isCut = false
    /// How many of each class are taken in the best choice so far.
    private(set) var best: (score: ChoiceScore, taken: [Int])?
    /// Whether the best so far came in order: then an equal one later is no better.
    private var isInOrder = false
    private var state: ChoiceState
    private let cost: Int

    init(_ problem: ChoiceProblem, limit: Int) {
        self.problem = problem
        self.limit = limit
        state = ChoiceState(problem)
        cost = 1 + problem.classes.count * problem.classes.count / 100
    }

    mutating func run() {
        takeGreedily()
        descend(0)
    }

    /// Takes at each step what looks best, and the lowest id where the steps are used up.
    private mutating func takeGreedily() {
        let start = state
        for demand in problem.quotas.indices {
            while state.remaining[demand] > 0 {
                var found: (score: ChoiceScore, index: Int)?
                for index in state.open(demand) {
                    if steps > limit / 2, found != nil { break }
                    steps += cost
                    let last = state.take(index)
                    let bound = state.bound()
                    state.giveBack(index, last)
                    guard let score = bound else { continue }
                    if found.map({ score < $0.score }) ?? true { found = (score, index) }
                }
                guard let found else {
                    state = start
                    return
                }
                state.take(found.index)
            }
        }
        if let score = state.bound() { best = (score, state.taken) }
        state = start
    }

    private mutating func descend(_ demand: Int) {
        guard let score = state.bound(), isPromising(score) else { return }
        var demand = demand
        while demand < problem.quotas.count, state.remaining[demand] == 0 { demand += 1 }
        guard demand < problem.quotas.count else {
            best = (score, state.taken)
            isInOrder = true
            return
        }
        for index in state.open(demand) {
            steps += cost
            guard steps <= limit else {
                isCut = true
                return
            }
            let last = state.take(index)
            descend(demand)
            state.giveBack(index, last)
        }
    }

    private func isPromising(_ score: ChoiceScore) -> Bool {
        guard let best else { return true }
        return isInOrder ? score < best.score : score <= best.score
    }
}
