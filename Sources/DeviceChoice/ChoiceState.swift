// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// A choice half made, and the best that can still come of it.
struct ChoiceState {
    private let problem: ChoiceProblem
    /// How many of each class are taken.
    private(set) var taken: [Int]
    /// How many each demand still asks for.
    private(set) var remaining: [Int]
    /// The place of the last device taken, by demand: only those behind it follow.
    private var last: [Int]
    /// By class: the place of the device that is taken next; -1 if there is none, or all are settled.
    private var next: [Int]
    private let demandOf: [Int]
    private let sizes: [Int]
    /// By clique.
    private var cliqueTaken: [Int]
    /// Between each two devices taken of one resource.
    private var together = ProximityHistogram.none
    /// By class: between one more device of it and those taken of its resource.
    private var distances: [ProximityHistogram]

    init(_ problem: ChoiceProblem) {
        self.problem = problem
        taken = Array(repeating: 0, count: problem.classes.count)
        remaining = problem.quotas.map(\.open)
        last = Array(repeating: -1, count: problem.quotas.count)
        cliqueTaken = Array(repeating: 0, count: problem.cliques.count)
        distances = Array(repeating: .none, count: problem.classes.count)
        demandOf = problem.classes.map(\.demand)
        sizes = problem.classes.map(\.members.count)
        next = problem.classes.map { $0.isSettled ? -1 : $0.members.first ?? -1 }
        for index in problem.classes.indices where problem.classes[index].isSettled {
            for _ in problem.classes[index].members { count(index) }
        }
    }

    /// How many of a class can still be taken.
    private func room(_ index: Int) -> Int {
        let demand = demandOf[index]
        guard next[index] > last[demand], remaining[demand] > 0 else { return 0 }
        return sizes[index] - taken[index]
    }

    /// The classes of which one more may be taken, the lowest id first.
    func open(_ demand: Int) -> [Int] {
        problem.quotas[demand].classes.filter { room($0) > 0 }.sorted { next[$0] < next[$1] }
    }

    /// Takes the next device of a class; returns what ``giveBack(_:_:)`` wants to know.
    @discardableResult
    mutating func take(_ index: Int) -> Int {
        let demand = demandOf[index]
        let before = last[demand]
        last[demand] = next[index]
        remaining[demand] -= 1
        count(index)
        next[index] = taken[index] < sizes[index] ? problem.classes[index].members[taken[index]] : -1
        return before
    }

    mutating func giveBack(_ index: Int, _ before: Int) {
        let demand = demandOf[index]
        next[index] = last[demand]
        last[demand] = before
        remaining[demand] += 1
        taken[index] -= 1
        if let clique = problem.classes[index].clique { cliqueTaken[clique] -= 1 }
        for other in problem.quotas[demand].classes {
            distances[other] -= ProximityHistogram(problem.proximity(index, other))
        }
        together -= distances[index]
    }

    private mutating func count(_ index: Int) {
        taken[index] += 1
        if let clique = problem.classes[index].clique { cliqueTaken[clique] += 1 }
        together += distances[index]
        for other in problem.quotas[demandOf[index]].classes {
            distances[other] += ProximityHistogram(problem.proximity(index, other))
        }
    }

    // MARK: Bound

    /// No choice that goes on from here has a lower score, and one that is complete has this; nil if none can be
    /// completed.
    func bound() -> ChoiceScore? {
        let rooms = problem.classes.indices.map(room)
        var score = ChoiceScore()
        score.together = together
        for (demand, quota) in problem.quotas.enumerated() {
            let rest = remaining[demand]
            if rest > 0 {
                var room = 0
                for index in quota.classes { room += rooms[index] }
                guard room >= rest else { return nil }
            }
            addCliques(demand, rooms, &score)
            guard rest > 0 else { continue }
            var nearest: ProximityHistogram?
            for index in quota.classes where rooms[index] > 0 {
                nearest = min(nearest ?? distances[index], distances[index])
            }
            score.together += (nearest ?? .none) * rest
            score.together += ProximityHistogram(quota.nearestPair, count: rest * (rest - 1) / 2)
        }
        guard problem.quotas.count > 1 else { return score }
        for one in problem.quotas.indices {
            for other in problem.quotas.indices where other != one { addPartners(one, other, rooms, &score) }
        }
        return score
    }

    /// From the devices of a resource to the nearest of another: those not yet taken are as near as any that may be.
    private func addPartners(_ one: Int, _ other: Int, _ rooms: [Int], _ score: inout ChoiceScore) {
        var counts = [7 of Int](repeating: 0)
        for index in problem.quotas[one].classes where taken[index] > 0 || rooms[index] > 0 {
            var nearest = PCIProximity.unknown
            for partner in problem.quotas[other].classes where taken[partner] > 0 || rooms[partner] > 0 {
                nearest = min(nearest, problem.proximity(index, partner))
            }
            if taken[index] > 0 { score.partners += ProximityHistogram(nearest, count: taken[index]) }
            counts[nearest.rawValue] += rooms[index]
        }
        var rest = remaining[one]
        for proximity in PCIProximity.allCases where rest > 0 {
            let count = min(rest, counts[proximity.rawValue])
            score.partners += ProximityHistogram(proximity, count: count)
            rest -= count
        }
    }

    /// Those touched, and the fewest more that can hold what is still to be taken.
    private func addCliques(_ demand: Int, _ rooms: [Int], _ score: inout ChoiceScore) {
        let quota = problem.quotas[demand]
        var rest = remaining[demand]
        var roomOf = Array(repeating: 0, count: quota.cliques.count)
        for index in quota.classes {
            if let clique = problem.classes[index].clique {
                roomOf[clique - quota.cliques.lowerBound] += rooms[index]
            } else {
                score.cliques += taken[index]
            }
        }
        var untouched: [Int] = []
        var left = 0
        for clique in quota.cliques {
            let room = roomOf[clique - quota.cliques.lowerBound]
            guard cliqueTaken[clique] > 0 else {
                if room > 0 { untouched.append(room) }
                continue
            }
            score.cliques += 1
            let behind = problem.cliques[clique].usable - cliqueTaken[clique]
            left += behind
            if problem.cliques[clique].isWhole, behind > min(room, remaining[demand]) { score.broken += 1 }
            rest -= min(rest, room)
        }
        score.left += max(0, left - remaining[demand])
        guard rest > 0 else { return }
        for room in untouched.sorted(by: >) where rest > 0 {
            score.cliques += 1
            rest -= min(rest, room)
        }
        // What is left are devices on their own.
        score.cliques += rest
    }
}
