// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// The devices of one resource that a container was given, among all that there were.
struct GivenDevices {
    let demand: DeviceDemand
    /// In ascending order of id.
    let devices: [ListedDevice]
    private let places: [PCIPlace]
    private let ids: Set<String>

    init(_ demand: DeviceDemand, _ ids: Set<String>) {
        self.demand = demand
        self.ids = ids
        devices = demand.candidates.map(\.device).filter { ids.contains($0.id) }
        places = devices.map(\.place)
    }

    /// The demand as one that just these devices meet.
    var met: DeviceDemand { demand.having(ids) }

    /// A device of another resource, with the nearest of these.
    func nearest(to other: ListedDevice, _ nodes: NUMANodeMask) -> DeviceNearness.Pair? {
        let place = other.place
        let found = zip(devices, places).map { ($0, PCIProximity(place, $1, nodes: nodes)) }.min { $0.1 < $1.1 }
        return found.map { DeviceNearness.Pair(one: other.name, other: $0.name, proximity: $1) }
    }

    /// The farthest two of them.
    func farthest(_ nodes: NUMANodeMask) -> DeviceNearness.Pair? {
        var found: DeviceNearness.Pair?
        for one in devices.indices {
            for other in devices.indices.dropFirst(one + 1) {
                let proximity = PCIProximity(places[one], places[other], nodes: nodes)
                guard proximity > found?.proximity ?? .same || found == nil else { continue }
                found = DeviceNearness.Pair(one: devices[one].name, other: devices[other].name, proximity: proximity)
            }
        }
        return found
    }

    /// Whether somebody else holds a device of the resource that is nearer than that.
    func isNearerHeld(_ proximity: PCIProximity, than place: PCIPlace, _ nodes: NUMANodeMask) -> Bool {
        demand.candidates.contains {
            $0.standing == .held && PCIProximity($0.device.place, place, nodes: nodes) < proximity
        }
    }

    func among(_ nodes: NUMANodeMask) -> [DeviceNearness.Among] {
        guard devices.count > 1 else { return [] }
        var counts: [PCIProximity: Int] = [:]
        for one in places.indices {
            for other in places.indices.dropFirst(one + 1) {
                counts[PCIProximity(places[one], places[other], nodes: nodes), default: 0] += 1
            }
        }
        let listed = PCIProximity.allCases.compactMap { proximity in
            counts[proximity].map { DeviceNearness.Count(proximity: proximity, pairs: $0) }
        }
        return [DeviceNearness.Among(resource: demand.resource, counts: listed)]
    }

    var cliques: [DeviceNearness.Clique] {
        var names: [CliqueName] = []
        for name in devices.compactMap({ CliqueName($0) }) where !names.contains(name) { names.append(name) }
        guard !names.isEmpty else { return [] }
        var cliques = names.map { $0.empty(demand.resource) }
        for candidate in demand.candidates {
            guard let place = CliqueName(candidate.device).flatMap(names.firstIndex) else { continue }
            cliques[place].size += 1
            if ids.contains(candidate.device.id) {
                cliques[place].taken += 1
                cliques[place].usable += 1
            } else if candidate.standing == .free || candidate.standing == .reusable {
                cliques[place].usable += 1
            }
        }
        return cliques.filter { $0.size > 1 }
    }
}

extension CliqueName {
    fileprivate func empty(_ resource: ResourceName) -> DeviceNearness.Clique {
        var clique = DeviceNearness.Clique(resource: resource, taken: 0, usable: 0, size: 0)
        switch self {
        case .group(let name): clique.group = name
        case .port(let address), .slot(let address): clique.root = address
        }
        return clique
    }
}

extension ListedDevice {
    var name: DeviceNearness.Name { DeviceNearness.Name(resource: resource, id: id) }
}
