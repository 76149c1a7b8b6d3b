// SPDX-License-Identifier: Apache-2.0

import NUMACore
import ProviderHost

/// What a provider can be asked for, found by trying.
struct Demand: Hashable, Sendable {
    var resource: ResourceName
    /// The least that it gives pieces for, e.g. a CPU, a core, or 1 MiB.
    var unit: UInt64
    /// How many units one container can have on an empty machine; 0 if it gives no pieces of this.
    var most: UInt64

    /// So many units.
    func amount(_ units: UInt64) -> ResourceAmounts { [resource: unit.multipliedClamped(units)] }
}

extension UInt64 {
    /// The product, or the largest number if it is beyond that.
    func multipliedClamped(_ other: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}

extension Subject {
    /// What the provider can be asked for on a machine. Each trial has an instance of its own, so that a fault of one call is
    /// not another's.
    ///
    /// - Parameter isBrief: it is enough to know whether it gives anything.
    func demands(on machine: CheckedMachine? = nil, isBrief: Bool = false) throws -> [Demand] {
        guard let machine else {
            return try bench.setup.known.demands(of: id) { try demands(on: bench.standard, isBrief: isBrief) }
        }
        let instance = try make(on: machine)
        return names(of: instance, machine.machine).map { resource in
            for unit in Self.units(of: resource) {
                let most = most(of: resource, unit: unit, on: machine, isBrief: isBrief)
                if most > 0 { return Demand(resource: resource, unit: unit, most: most) }
            }
            return Demand(resource: resource, unit: Self.units(of: resource)[0], most: 0)
        }
    }

    /// Those of which it gives pieces; fails as nothing to check if there are none.
    func givenDemands(on machine: CheckedMachine? = nil) throws -> [Demand] {
        let given = try demands(on: machine).filter { $0.most > 0 }
        guard !given.isEmpty else {
            throw NothingToCheck(Self.givesNothing)
        }
        return given
    }

    static let givesNothing = "it gives nothing on this machine with these settings: see --settings and --machine"

    /// What it claims by name, and the members of families that the machine has.
    private func names(of instance: ProviderInstance, _ machine: Machine) -> [ResourceName] {
        var names = Set(instance.claims.map(\.pattern).filter { !$0.hasSuffix("*") }.map { ResourceName($0) })
        let known =
            machine.nodes.flatMap { $0.hugepages.map(\.resource) }
            + ((try? instance.stock()) ?? []).map(\.resource) + ((try? instance.devices()) ?? []).map(\.resource)
        names.formUnion(known.filter(instance.isClaimed))
        return names.sorted()
    }

    private static func units(of resource: ResourceName) -> [UInt64] {
        if let page = resource.hugepageSize, page > 0 { return [page] }
        return switch resource.unit {
        case .millicpus: [1000, 2000, 4000, 8000]
        case .bytes: [1 << 20]
        case .pieces: [1, 2, 4, 8]
        }
    }

    private func most(of resource: ResourceName, unit: UInt64, on machine: CheckedMachine, isBrief: Bool) -> UInt64 {
        func gives(_ units: UInt64) -> Bool {
            let request = request([resource: unit.multipliedClamped(units)], on: machine)
            // Whether it can do without an affinity has a check of its own.
            return [nil, machine.machine.nodeMask].contains { nodes in
                let pieces = try? make(on: machine).prepare(bench.transaction(), request, Self.placement(nodes))
                return pieces?.isEmpty == false
            }
        }
        guard gives(1) else { return 0 }
        guard !isBrief else { return 1 }
        // Doubled until it is too much, then halved in between; nobody has more than this.
        var (low, high): (UInt64, UInt64) = (1, 2)
        while high < 1 << 32, gives(high) { (low, high) = (high, high * 2) }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if gives(middle) { low = middle } else { high = middle }
        }
        return low
    }
}
