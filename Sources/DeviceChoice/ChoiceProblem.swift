// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// A choice in numbers: devices between which only the id differs are one class.
struct ChoiceProblem {
    /// Devices of one resource that are alike in tier, place and clique.
    struct Class {
        var demand: Int
        /// Places in the demand's candidates, ascending: the first are taken first.
        var members: [Int]
        /// All are taken, since their tier is.
        var isSettled: Bool
        /// Nil: each is a clique of its own.
        var clique: Int?
    }

    /// Devices of one resource that are better taken together.
    struct Clique {
        var demand: Int
        /// How many there are, had by whomever.
        var size = 0
        /// How many the container could have.
        var usable = 0

        var isWhole: Bool { usable == size }
    }

    /// What one resource asks for.
    struct Quota {
        var classes: Range<Int>
        var cliques: Range<Int>
        /// How many are to be taken out of the classes that are not settled.
        var open: Int
        /// The nearest that two devices of the resource are.
        var nearestPair = PCIProximity.unknown
    }

    private(set) var classes: [Class] = []
    private(set) var cliques: [Clique] = []
    private(set) var quotas: [Quota] = []
    /// By class and class; for a class with itself, between two of its devices.
    private var proximities: [PCIProximity] = []

    /// Nil if there is too little of something.
    init?(_ demands: [DeviceDemand], affinity: NUMANodeMask?, nodes: NUMANodeMask) {
        let shared = Self.sharedPaths(demands)
        for (index, demand) in demands.enumerated() {
            let tiers = demand.candidates.map { DeviceTier($0, affinity: affinity) }
            guard let settled = Self.settle(tiers, need: demand.need) else { return nil }
            add(demand, at: index, tiers, settled, shared)
        }
        measure(demands, nodes)
    }

    func proximity(_ one: Int, _ other: Int) -> PCIProximity { proximities[one * classes.count + other] }

    // MARK: Making

    /// The paths that several devices have, e.g. parts of one card: between these the path decides, and not the
    /// bridges above.
    private static func sharedPaths(_ demands: [DeviceDemand]) -> Set<String> {
        var (seen, shared) = (Set<String>(), Set<String>())
        for demand in demands {
            for path in demand.candidates.compactMap(\.device.path) where !seen.insert(path).inserted {
                shared.insert(path)
            }
        }
        return shared
    }

    /// The tiers that are taken as a whole, and the one of which a part is.
    private struct Settlement {
        var whole: [DeviceTier] = []
        var partial: DeviceTier?
        var open = 0
    }

    private static func settle(_ tiers: [DeviceTier?], need: Int) -> Settlement? {
        // Who has devices keeps just these.
        let own = tiers.count { $0 == .own }
        if own > 0 { return own == need ? Settlement(whole: [.own]) : nil }
        var settlement = Settlement()
        var rest = need
        for tier in DeviceTier.allCases where rest > 0 {
            let count = tiers.count { $0 == tier }
            if count > rest {
                settlement.partial = tier
                settlement.open = rest
            } else if count > 0 {
                settlement.whole.append(tier)
            }
            rest -= min(rest, count)
        }
        return rest == 0 ? settlement : nil
    }

    private struct ClassKey: Hashable {
        var tier: DeviceTier
        var clique: Int?
        var place: Substring?
        var locality: Locality
    }

    private mutating func add(
        _ demand: DeviceDemand, at index: Int, _ tiers: [DeviceTier?], _ settled: Settlement, _ shared: Set<String>
    ) {
        let (firstClass, firstClique) = (classes.count, cliques.count)
        var cliqueOf: [CliqueName: Int] = [:]
        var classOf: [ClassKey: Int] = [:]
        for (place, candidate) in demand.candidates.enumerated() {
            let device = candidate.device
            var clique: Int?
            if let name = CliqueName(device) {
                let found = cliqueOf[name] ?? cliques.count
                if found == cliques.count {
                    cliqueOf[name] = found
                    cliques.append(Clique(demand: index))
                }
                cliques[found].size += 1
                if tiers[place] != nil { cliques[found].usable += 1 }
                clique = found
            }
            guard let tier = tiers[place], settled.whole.contains(tier) || settled.partial == tier else { continue }
            let key = ClassKey(
                tier: tier, clique: clique, place: device.path.map { Self.bridges($0, shared) },
                locality: device.locality)
            if let found = classOf[key] {
                classes[found].members.append(place)
            } else {
                classOf[key] = classes.count
                classes.append(
                    Class(demand: index, members: [place], isSettled: tier != settled.partial, clique: clique))
            }
        }
        quotas.append(
            Quota(
                classes: firstClass..<classes.count, cliques: firstClique..<cliques.count, open: settled.open))
    }

    /// The bridges above a device, or the whole path where the device itself matters.
    private static func bridges(_ path: String, _ shared: Set<String>) -> Substring {
        guard !shared.contains(path), let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path[...] }
        return path[..<end]
    }

    private mutating func measure(_ demands: [DeviceDemand], _ nodes: NUMANodeMask) {
        func place(_ index: Int, _ member: Int) -> PCIPlace {
            let own = classes[index]
            return demands[own.demand].candidates[own.members[member]].device.place
        }
        let places = classes.indices.map { place($0, 0) }
        proximities = Array(repeating: .same, count: places.count * places.count)
        // Where nothing is said of groups and of the PCI tree, ids decide.
        guard demands.contains(where: \.saysPlaces) else { return }
        for one in classes.indices {
            let demand = classes[one].demand
            // Where one device is all that is asked for, no two are compared.
            let isSingle = demands[demand].need == 1
            for other in one..<classes.count {
                if classes[other].demand == demand, isSingle { continue }
                let second = one == other && classes[one].members.count > 1 ? place(one, 1) : places[other]
                let found = PCIProximity(places[one], second, nodes: nodes)
                proximities[one * places.count + other] = found
                proximities[other * places.count + one] = found
                guard classes[other].demand == demand, one != other || classes[one].members.count > 1 else { continue }
                quotas[demand].nearestPair = min(quotas[demand].nearestPair, found)
            }
        }
    }
}

/// What makes devices of one resource a clique.
enum CliqueName: Hashable, Sendable {
    /// Its provider says so.
    case group(String)
    /// They share a bridge below the root: the switch at this root port.
    case port(String)
    /// They are functions of one device at the root itself.
    case slot(String)

    /// Nil for a device on its own.
    init?(_ device: ListedDevice) {
        if let group = device.group, !group.isEmpty {
            self = .group(group)
        } else if let path = device.path, !path.isEmpty {
            if let end = path.utf8.firstIndex(of: UInt8(ascii: "/")) {
                self = .port(String(path[..<end]))
            } else {
                self = .slot(String(device.place.slot))
            }
        } else {
            return nil
        }
    }
}
