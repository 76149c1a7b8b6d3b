// SPDX-License-Identifier: Apache-2.0

import DeviceChoice
import NUMACore
import TestSupport
import Testing

/// What is true of every choice, over generated machines.
@Suite("Laws of the choice of devices")
struct DeviceChoiceLawTests {
    private static func each(_ cases: Int, _ body: (inout GeneratedDemand, inout SeededGenerator, String) -> Void) {
        for number in 0..<TestEnvironment.cases(cases) {
            let seed = TestEnvironment.seed &+ UInt64(number)
            var random = SeededGenerator(seed: seed)
            var generated = GeneratedDemand(&random)
            body(&generated, &random, "NUMA_HINTS_SEED=\(seed)")
        }
    }

    private static func choice(_ asked: GeneratedDemand) -> DeviceChoice? {
        DeviceChoice(asked.demands, affinity: asked.affinity, nodes: asked.nodes)
    }

    @Test("Law: it is the choice that a search through all of them finds")
    func oracle() {
        Self.each(250) { asked, _, seed in
            let found = Self.choice(asked)
            let expected = ChoiceOracle.choose(asked.demands, affinity: asked.affinity, nodes: asked.nodes)
            #expect(found?.ids == expected, "\(seed) \(asked)")
            #expect(found?.isBest ?? true)
        }
    }

    @Test("Law: the order in which devices and resources are listed does not matter")
    func order() {
        Self.each(100) { asked, random, seed in
            let first = Self.choice(asked)
            asked.demands = asked.demands.shuffled(using: &random).map {
                DeviceDemand($0.resource, need: $0.need, $0.candidates.shuffled(using: &random))
            }
            #expect(Self.choice(asked) == first, "\(seed)")
        }
    }

    @Test("Law: as many of each tier are taken as one by one")
    func tiers() {
        Self.each(200) { asked, _, seed in
            guard let choice = Self.choice(asked) else { return }
            for (demand, part) in zip(asked.demands, choice.parts) {
                let order = demand.candidates.map { Self.tier($0, asked.affinity) }.sorted().prefix(demand.need)
                let taken = demand.candidates.filter { part.ids.contains($0.device.id) }
                #expect(taken.map { Self.tier($0, asked.affinity) }.sorted() == Array(order), "\(seed)")
                #expect(part.ids.count == demand.need, "\(seed)")
            }
        }
    }

    /// As the kubelet's device manager takes them.
    private static func tier(_ candidate: DeviceDemand.Candidate, _ affinity: NUMANodeMask?) -> Int {
        switch (candidate.standing, candidate.device.locality) {
        case (.own, _): 0
        case (.reusable, _): 1
        case (.held, _), (.unhealthy, _): 9
        case (.free, .unknown): 4
        case (.free, .any): affinity == nil ? 4 : 2
        case (.free, .nodes(let nodes)):
            affinity.map { nodes.isEmpty ? 4 : nodes.intersects($0) ? 2 : 3 } ?? 4
        }
    }

    @Test("Law: of one resource without groups and paths those of the lowest ids are taken, tier by tier")
    func plain() {
        Self.each(100) { asked, _, seed in
            guard let first = asked.demands.first else { return }
            let candidates = first.candidates.map { candidate in
                var device = candidate.device
                (device.group, device.path) = (nil, nil)
                return DeviceDemand.Candidate(device, candidate.standing)
            }
            asked.demands = [DeviceDemand(first.resource, need: first.need, candidates)]
            guard let choice = Self.choice(asked) else { return }
            let order = asked.demands[0].candidates.sorted {
                (Self.tier($0, asked.affinity), $0.device.id) < (Self.tier($1, asked.affinity), $1.device.id)
            }
            #expect(choice.ids == [order.prefix(first.need).map(\.device.id).sorted()], "\(seed)")
        }
    }

    @Test("Law: a search that is ended early still gives what the tiers allow, and says so")
    func early() {
        Self.each(100) { asked, _, seed in
            let cut = DeviceChoice(asked.demands, affinity: asked.affinity, nodes: asked.nodes, limit: 3)
            let whole = Self.choice(asked)
            #expect((cut == nil) == (whole == nil), "\(seed)")
            guard let cut, let whole else { return }
            #expect(cut.parts.map(\.ids.count) == whole.parts.map(\.ids.count), "\(seed)")
            if cut.ids != whole.ids { #expect(!cut.isBest, "\(seed)") }
        }
    }

    @Test("Law: what a container was given is told as the oracle sees it")
    func regret() {
        Self.each(100) { asked, _, seed in
            guard let choice = Self.choice(asked) else { return }
            let demands = asked.demands.sorted { $0.resource < $1.resource }
            let alone = demands.map { demand in
                DeviceDemand(
                    demand.resource, need: demand.need,
                    demand.candidates.map { .init($0.device, $0.standing == .held ? .free : $0.standing) })
            }
            guard let ideal = ChoiceOracle.choose(alone, affinity: asked.affinity, nodes: asked.nodes) else { return }
            func score(_ ids: [[String]]) -> ChoiceOracle.Score {
                let devices = zip(ids, demands).map { ids, demand in
                    demand.candidates.map(\.device).filter { ids.contains($0.id) }
                }
                var score = ChoiceOracle.score(devices, demands, asked.affinity, asked.nodes)
                (score.broken, score.left) = (0, 0)
                return score
            }
            let nearness = DeviceNearness(
                container: "c", choice.parts.map { ($0.resource, Set($0.ids)) }, of: asked.demands,
                affinity: asked.affinity, nodes: asked.nodes)
            #expect((nearness.regret != nil) == (score(ideal).isBetter(than: score(choice.ids)) ?? false), "\(seed)")
        }
    }
}
