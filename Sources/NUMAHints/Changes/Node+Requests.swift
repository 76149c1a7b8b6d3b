// SPDX-License-Identifier: Apache-2.0

import Admission
import Explanation
import NUMACore

/// Pods that ask for less, or for more.
extension Node {
    /// With less of one resource for one container, the one that was refused or one before it: the most that does.
    mutating func smaller(_ pod: PodSpec, _ explained: Explanation, _ goal: Goal) -> [Change] {
        var found: [Change] = []
        for unit in explained.units {
            for (index, container) in pod.containers.enumerated()
            where unit.container == nil || unit.container == container.name {
                for row in unit.rows {
                    guard let asked = container.requests[row.resource] else { continue }
                    let others = row.requested - min(asked, row.requested)
                    let amounts = Self.amounts(below: asked, row, besides: others)
                    guard let (less, trace) = most(of: amounts, below: asked, row, pod, index, goal) else { continue }
                    let kind = Change.Kind.request(container: container.name, row.resource, from: asked, to: less)
                    found.append(Change(kind, admitted: trace))
                }
            }
        }
        return found
    }

    /// The first of the amounts that does; of bytes, which are not tried one by one, as much more as does, by halves.
    private mutating func most(
        of amounts: [UInt64], below asked: UInt64, _ row: ResourceRow, _ pod: PodSpec, _ index: Int, _ goal: Goal
    ) -> (amount: UInt64, trace: DecisionTrace)? {
        var best: (amount: UInt64, trace: DecisionTrace)?
        for less in amounts {
            guard let trace = attempt(pod.asking(less, of: row.resource, index), goal) else { continue }
            best = (less, trace)
            break
        }
        guard row.resource.unit == .bytes else { return best }
        if best == nil, asked > row.step {
            best = attempt(pod.asking(row.step, of: row.resource, index), goal).map { (row.step, $0) }
        }
        guard let known = best?.amount, asked - known > row.step else { return best }
        _ = LeastAmount.most(from: known, to: asked - 1, step: row.step) { amount in
            guard let trace = attempt(pod.asking(amount, of: row.resource, index), goal) else { return false }
            best = (amount, trace)
            return true
        }
        return best
    }

    /// How many requests of whole CPUs or pieces are tried one by one.
    private static let mostSteps: UInt64 = 64

    /// Amounts that may do, the largest first, none of them 0: of CPUs and pieces those just below, and of all what some
    /// nodes have free.
    ///
    /// - Parameter others: what the unit asks for besides.
    private static func amounts(below asked: UInt64, _ row: ResourceRow, besides others: UInt64) -> [UInt64] {
        let free = row.cells.map(\.free).sorted(by: >).prefix(8)
        var amounts: Set<UInt64> = [0]
        for amount in free { amounts.formUnion(amounts.map { $0.addingClamped(amount) }) }
        amounts.formUnion(amounts.map { $0 - min($0, others) })
        if row.resource.unit != .bytes {
            let unit: UInt64 = row.resource == .cpu ? 1000 : 1
            let most = asked == 0 ? 0 : (asked - 1) / unit
            amounts = Set(amounts.map { $0 / unit * unit })
            amounts.formUnion((0..<min(most, mostSteps)).map { (most - $0) * unit })
        }
        return amounts.filter { $0 > 0 && $0 < asked }.sorted(by: >)
    }

    /// How much more of each resource the containers of an admitted pod could ask for, one at a time.
    mutating func slack(of explained: Explanation) -> [Slack] {
        guard explained.trace.verdict.isAdmitted, lost.isEmpty else { return [] }
        let goal: Goal = explained.units.allSatisfy { $0.merged?.isPreferred ?? true } ? .alignment : .admission
        let pod = explained.trace.pod
        return aside(pod) { node in
            var found: [Slack] = []
            for unit in explained.units {
                for (index, container) in pod.containers.enumerated()
                where unit.container == nil || unit.container == container.name {
                    for row in unit.rows {
                        guard let slack = node.slack(pod, index, row, goal) else { continue }
                        found.append(slack)
                    }
                }
            }
            return found
        } ?? []
    }

    private mutating func slack(_ pod: PodSpec, _ index: Int, _ row: ResourceRow, _ goal: Goal) -> Slack? {
        guard let asked = pod.containers[index].requests[row.resource], asked > 0 else { return nil }
        switch row.answer {
        case .hints: break
        // What nobody counts has no end.
        case .notAsked, .noProvider, .noPreference, .impossible: return nil
        }
        let unit = row.step
        // A fraction of a CPU is not had alone.
        guard asked.isMultiple(of: unit) || row.resource.unit == .bytes else { return nil }
        // Of what is held, an earlier container can leave something to this one.
        let most = LeastAmount.most(from: asked, to: row.total, step: unit) { amount in
            attempt(pod.asking(amount, of: row.resource, index), goal) != nil
        }
        return Slack(
            container: pod.containers[index].name, resource: row.resource, requested: asked, most: most)
    }
}

extension ResourceRow {
    /// The least by which amounts of the resource differ, as far as nodes count it: a CPU, a page, a piece, or, of
    /// ordinary memory, a MiB.
    var step: UInt64 {
        if resource == .cpu { return 1000 }
        if resource == .memory { return 1 << 20 }
        return resource.hugepageSize ?? 1
    }
}

extension PodSpec {
    /// The pod with another amount for one container.
    fileprivate func asking(_ amount: UInt64, of resource: ResourceName, _ index: Int) -> PodSpec {
        var other = self
        other.containers[index].requests[resource] = amount
        if other.containers[index].limits[resource] != nil { other.containers[index].limits[resource] = amount }
        return other
    }
}
