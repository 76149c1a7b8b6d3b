// SPDX-License-Identifier: Apache-2.0

import Admission
import HintMerge
import NUMACore
import TestSupport

/// A machine, rules, answers and inventories, the same ones for the same seed.
struct ExplanationCase {
    private var random: SeededGenerator
    let nodes: NUMANodeMask
    let options: MergeOptions
    let scope: Scope

    init(seed: UInt64, policies: [Policy] = [.restricted, .singleNUMANode]) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...6, using: &random)
        nodes = NUMANodeMask(Array((0..<9).shuffled(using: &random).prefix(count)))
        options = MergeOptions(
            policy: policies.randomElement(using: &random) ?? .restricted,
            semantics: Bool.random(using: &random) ? .current : .kubelet1_23,
            preferClosestNUMANodes: Bool.random(using: &random))
        scope = Bool.random(using: &random) ? .container : .pod
        self.random = random
    }

    private mutating func number(_ range: ClosedRange<UInt64>) -> UInt64 { .random(in: range, using: &random) }
    private mutating func chance(_ of: UInt64) -> Bool { number(1...of) == 1 }

    private mutating func mask() -> NUMANodeMask {
        var mask = NUMANodeMask(nodes.filter { _ in chance(3) })
        if mask.isEmpty, let node = nodes.members.randomElement(using: &random) { mask.insert(node) }
        return mask
    }

    mutating func answers() -> [ResourceAnswer] {
        (0..<number(1...5)).map { index in
            ResourceAnswer(ResourceName("x/r\(index)"), placement())
        }
    }

    private mutating func placement() -> ResourceAnswer.Placement {
        switch number(0...11) {
        case 0: .any
        case 1: chance(3) ? .impossible(Reason("there is none")) : .any
        case 2...4:
            .hints(
                (0..<number(1...4)).map { _ in
                    let isMask = !chance(12)
                    return TopologyHint(nodes: isMask ? mask() : nil, isPreferred: !chance(3))
                })
        default: .capacity(capacity())
        }
    }

    private mutating func capacity() -> Capacity {
        var pools: [Capacity.Pool] = []
        for node in nodes {
            let total = number(0...4)
            pools.append(Capacity.Pool(nodes: [node], free: number(0...total), total: total))
        }
        let isJoint = chance(3)
        return Capacity(
            need: number(1...6), universe: nodes, pools: pools,
            exact: chance(6) ? [Capacity.Pool(nodes: mask(), free: 1, total: 0)] : [],
            mustMeet: chance(6) ? [mask()] : [], groups: chance(5) ? [mask()] : [],
            joint: isJoint ? "memory" : nil, elseAny: chance(6))
    }

    /// The decision about one container for which the answers are these.
    func decision(about answers: [ResourceAnswer]) -> DecisionTrace {
        var requests: ResourceAmounts = [:]
        for answer in answers { requests[answer.resource] = 1 }
        var unit = UnitTrace(container: "c", requests: requests)
        unit.answers = [ProviderAnswers(provider: "p", answers: answers)]
        let merge = HintMerger(nodes: nodes, options: options).merge(answers)
        unit.merge = merge
        let pod = PodSpec(uid: "u", name: "p", containers: [ContainerSpec(name: "c", requests: requests)])
        let refusal = Refusal(.topologyAffinity, container: "c", reason: Reason("the policy does not admit it"))
        return DecisionTrace(
            pod: pod, scope: .container, options: options, nodes: nodes, units: [unit],
            verdict: merge.admits ? .admitted : .refused(refusal))
    }

    mutating func requests() -> ResourceAmounts {
        var requests: ResourceAmounts = [:]
        for index in 0..<4 where !chance(4) { requests[ResourceName("x/r\(index)")] = number(1...5) }
        return requests
    }

    mutating func inventory() -> Inventory {
        var totals: [[Int: UInt64]] = []
        for _ in 0..<4 {
            var own: [Int: UInt64] = [:]
            for node in nodes { own[node] = number(0...4) }
            totals.append(own)
        }
        var taken: ResourceAmounts = [:]
        for index in 0..<4 where chance(2) { taken[ResourceName("x/r\(index)")] = number(1...3) }
        return Inventory(nodes: nodes, options: options, scope: scope, totals: totals, taken: taken)
    }

    /// Devices by resource and node, some of which another pod has.
    struct Inventory {
        let nodes: NUMANodeMask
        let options: MergeOptions
        let scope: Scope
        let totals: [[Int: UInt64]]
        let taken: ResourceAmounts

        /// The decision about one pod that asks for these amounts.
        func decide(_ requests: ResourceAmounts) -> DecisionTrace {
            let providers = totals.enumerated().map { FakeProvider(ResourceName("x/r\($0)"), $1) }
            func admit(_ uid: String, _ requests: ResourceAmounts, _ merge: MergeOptions) -> DecisionTrace {
                var admission = PodAdmission(
                    nodes: nodes, distances: nil, providers: providers,
                    settings: AdmissionSettings(scope: scope, merge: merge))
                let container = ContainerSpec(name: "c", requests: requests)
                return admission.admit(PodSpec(uid: uid, name: uid, containers: [container]))
            }
            if !taken.isEmpty { _ = admit("first", taken, MergeOptions(policy: .none)) }
            return admit("second", requests, options)
        }
    }
}
