// SPDX-License-Identifier: Apache-2.0

import HintMerge
import NUMACore
import TestSupport

/// Makes machines and answers of every form, the same ones for the same seed.
struct AnswerGenerator {
    private var random: SeededGenerator
    let nodes: NUMANodeMask
    let distances: Distances?

    init(seed: UInt64, mostNodes: Int = 8) {
        var random = SeededGenerator(seed: seed)
        func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }
        let count = chance(60) ? 0 : Int.random(in: 1...mostNodes, using: &random)
        let ids: [Int] =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: Array((0..<200).shuffled(using: &random).prefix(count))
            case 1: Array((0..<12).shuffled(using: &random).prefix(count))
            default: Array(0..<count)
            }
        nodes = NUMANodeMask(ids)
        // Asymmetric, with many ties; rarely of some nodes alone, or so long that sums end at the largest number.
        let known = chance(10) ? nodes.members.filter { _ in chance(2) } : nodes.members
        let (unit, isOddAtHome): (UInt64, Bool) = (chance(30) ? .max / 60 : 1, chance(8))
        let rows = known.map { row in
            known.map { column in
                unit
                    * (row == column && !isOddAtHome ? 10 : UInt64.random(in: 11...14, using: &random))
            }
        }
        distances = chance(12) ? nil : Distances(nodes: known, rows: rows)
        self.random = random
    }

    /// One of two, three, ... alternatives.
    mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func options() -> MergeOptions {
        MergeOptions(
            policy: [.bestEffort, .restricted, .bestEffort, .restricted, .singleNUMANode, .none]
                .randomElement(using: &random) ?? .bestEffort,
            semantics: chance(3) ? .kubelet1_23 : .current, preferClosestNUMANodes: chance(3))
    }

    /// A mask, sometimes with nodes that the machine does not have, rarely empty.
    mutating func mask(insideOnly: Bool = false) -> NUMANodeMask {
        let density = number(1...3)
        var mask = NUMANodeMask(nodes.filter { _ in number(0...3) < density })
        if mask.isEmpty, !chance(8), let node = nodes.members.randomElement(using: &random) {
            mask.insert(node)
        }
        if !insideOnly, chance(12) { mask.insert(number(0...70)) }
        return mask
    }

    mutating func hints(wider: Bool, most: Int) -> ResourceAnswer.Placement {
        let allPreferred = chance(4)
        return .hints(
            (0..<number(1...most)).map { _ in
                TopologyHint(
                    nodes: chance(14) ? nil : mask(), isPreferred: allPreferred || chance(3),
                    includesWider: wider && chance(2))
            })
    }

    mutating func capacity() -> Capacity {
        let unit: UInt64 = chance(8) ? .max / 2 : 1
        var pools: [Capacity.Pool] = nodes.map { node in
            let total = amount(0...4, unit)
            return Capacity.Pool(nodes: [node], free: amount(0...4, unit), total: total)
        }
        if chance(3) { for _ in 0..<number(1...3) { pools.append(pool(unit)) } }
        if chance(5) { pools.append(Capacity.Pool(nodes: nodes, free: unit, total: unit)) }
        let groups = chance(4) ? [mask(), mask()] : []
        var exact = chance(4) ? [pool(unit), pool(unit)] : []
        // Of masks that no other rule offers, too.
        if chance(2), let group = groups.first, !exact.isEmpty { exact[0].nodes = group }
        var mustMeet = chance(4) ? [mask()] : []
        if chance(40) { mustMeet.append([]) }
        return Capacity(
            need: chance(20) ? .max : amount(0...2 + nodes.count, unit),
            universe: chance(30) ? [] : chance(3) ? mask() : nodes, pools: pools, exact: exact,
            mustMeet: mustMeet, groups: groups, elseAny: chance(3))
    }

    /// So many units; no more than there are numbers.
    private mutating func amount(_ range: ClosedRange<Int>, _ unit: UInt64) -> UInt64 {
        let (product, overflow) = UInt64(number(range)).multipliedReportingOverflow(by: unit)
        return overflow ? .max : product
    }

    private mutating func pool(_ unit: UInt64) -> Capacity.Pool {
        Capacity.Pool(nodes: mask(), free: amount(0...4, unit), total: amount(0...4, unit))
    }

    /// Plain lists only.
    mutating func explicitAnswers(most: Int) -> [ResourceAnswer] {
        (0..<number(0...5)).map { index in
            let placement: ResourceAnswer.Placement =
                switch number(0...11) {
                case 0: .any
                case 1 where chance(3): .impossible(Reason("none"))
                default: hints(wider: false, most: most)
                }
            return ResourceAnswer(ResourceName("r\(index)"), placement)
        }
    }

    /// Every form there is.
    mutating func answers() -> [ResourceAnswer] {
        (0..<number(1...4)).map { index in
            let placement: ResourceAnswer.Placement
            switch number(0...9) {
            case 0: placement = .any
            case 1 where chance(4): placement = .impossible(Reason("none"))
            case 1...4: placement = hints(wider: true, most: 4)
            default:
                var capacity = capacity()
                if chance(2) { capacity.joint = chance(4) ? "b" : "a" }
                placement = .capacity(capacity)
            }
            return ResourceAnswer(ResourceName("r\(index)"), placement)
        }
    }

    mutating func shuffled(_ answers: [ResourceAnswer]) -> [ResourceAnswer] {
        answers.shuffled(using: &random).map { answer in
            guard case .hints(let hints) = answer.placement else { return answer }
            return ResourceAnswer(answer.resource, .hints(hints.shuffled(using: &random)))
        }
    }
}
