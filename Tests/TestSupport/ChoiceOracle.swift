// SPDX-License-Identifier: Apache-2.0

public import DeviceChoice
public import NUMACore

/// Every way to meet the demands is written down, and the best is looked for: slow and obvious.
public enum ChoiceOracle {
    public struct Score: Equatable {
        /// Each list holds proximities, the worst first.
        public var partners: [PCIProximity] = []
        public var cliques = 0
        public var together: [PCIProximity] = []
        public var broken = 0
        public var left = 0

        /// Whether it is to be preferred; nil if there is no difference.
        public func isBetter(than other: Score) -> Bool? {
            if partners != other.partners { return partners.lexicographicallyPrecedes(other.partners) }
            if cliques != other.cliques { return cliques < other.cliques }
            if together != other.together { return together.lexicographicallyPrecedes(other.together) }
            if broken != other.broken { return broken < other.broken }
            if left != other.left { return left < other.left }
            return nil
        }
    }

    /// The ids of the best choice, resource by resource in ascending order; nil if there is none.
    public static func choose(_ demands: [DeviceDemand], affinity: NUMANodeMask?, nodes: NUMANodeMask) -> [[String]]? {
        let demands = demands.sorted { $0.resource < $1.resource }
        var best: (ids: [[String]], score: Score)?
        for choice in choices(demands[...], affinity) {
            let score = score(choice, demands, affinity, nodes)
            let ids = choice.map { $0.map(\.id) }
            guard let known = best else {
                best = (ids, score)
                continue
            }
            let isBetter = score.isBetter(than: known.score) ?? isLower(ids, known.ids)
            if isBetter { best = (ids, score) }
        }
        return best?.ids
    }

    private static func isLower(_ one: [[String]], _ other: [[String]]) -> Bool {
        Array(one.joined()).lexicographicallyPrecedes(Array(other.joined()))
    }

    // MARK: All choices

    private static func choices(_ demands: ArraySlice<DeviceDemand>, _ affinity: NUMANodeMask?) -> [[[ListedDevice]]] {
        guard let first = demands.first else { return [[]] }
        let rest = choices(demands.dropFirst(), affinity)
        return ways(first, affinity).flatMap { way in rest.map { [way] + $0 } }
    }

    /// All ways to take as many as are needed, none of which leaves a better tier for a worse one.
    private static func ways(_ demand: DeviceDemand, _ affinity: NUMANodeMask?) -> [[ListedDevice]] {
        let own = demand.candidates.filter { $0.standing == .own }.map(\.device)
        if !own.isEmpty { return own.count == demand.need ? [own] : [] }
        var tiers: [[ListedDevice]] = [[], [], [], []]
        for candidate in demand.candidates {
            if let tier = tier(candidate, affinity) { tiers[tier].append(candidate.device) }
        }
        var ways: [[ListedDevice]] = [[]]
        var rest = demand.need
        for tier in tiers {
            let count = min(rest, tier.count)
            ways = ways.flatMap { before in subsets(of: tier[...], count).map { before + $0 } }
            rest -= count
        }
        return rest == 0 ? ways.map { $0.sorted { $0.id < $1.id } } : []
    }

    private static func tier(_ candidate: DeviceDemand.Candidate, _ affinity: NUMANodeMask?) -> Int? {
        switch candidate.standing {
        case .own, .reusable: return 0
        case .held, .unhealthy: return nil
        case .free: break
        }
        guard let affinity else { return 3 }
        switch candidate.device.locality {
        case .unknown: return 3
        case .any: return 1
        case .nodes(let nodes): return nodes.isEmpty ? 3 : nodes.intersection(affinity).isEmpty ? 2 : 1
        }
    }

    private static func subsets(of devices: ArraySlice<ListedDevice>, _ count: Int) -> [[ListedDevice]] {
        if count == 0 { return [[]] }
        guard let first = devices.first, devices.count >= count else { return [] }
        return subsets(of: devices.dropFirst(), count - 1).map { [first] + $0 }
            + subsets(of: devices.dropFirst(), count)
    }

    // MARK: Scores

    public static func score(
        _ choice: [[ListedDevice]], _ demands: [DeviceDemand], _ affinity: NUMANodeMask?, _ nodes: NUMANodeMask
    ) -> Score {
        var score = Score()
        let saysPlaces = demands.contains { $0.candidates.contains { $0.device.group != nil || $0.device.path != nil } }
        guard saysPlaces else { return score }
        for (own, demand) in zip(choice, demands) {
            for device in own {
                for others in choice where others != own {
                    let near = others.map { PCIProximity(device.place, $0.place, nodes: nodes) }
                    if let nearest = near.min() { score.partners.append(nearest) }
                }
            }
            for one in own {
                for other in own where one.id < other.id {
                    score.together.append(PCIProximity(one.place, other.place, nodes: nodes))
                }
            }
            for clique in cliques(demand, nodes) {
                let taken = clique.count { member in own.contains { $0.id == member.device.id } }
                guard taken > 0 else { continue }
                let usable = clique.count { tier($0, affinity) != nil }
                score.cliques += 1
                score.left += usable - taken
                if usable == clique.count, taken < clique.count { score.broken += 1 }
            }
        }
        score.partners.sort(by: >)
        score.together.sort(by: >)
        return score
    }

    /// Devices of one group, or without one behind one switch, or alone.
    private static func cliques(_ demand: DeviceDemand, _ nodes: NUMANodeMask) -> [[DeviceDemand.Candidate]] {
        var cliques: [[DeviceDemand.Candidate]] = []
        for candidate in demand.candidates {
            let place = cliques.firstIndex { clique in
                guard let first = clique.first?.device else { return false }
                if let group = candidate.device.group { return first.group == group }
                guard first.group == nil, candidate.device.path != nil, first.path != nil else { return false }
                return PCIProximity(first.place, candidate.device.place, nodes: nodes) <= .severalSwitches
            }
            if let place { cliques[place].append(candidate) } else { cliques.append([candidate]) }
        }
        return cliques
    }
}
