// SPDX-License-Identifier: Apache-2.0

public import NUMACore

/// Countable devices and who holds them: the books of a provider of devices.
///
/// A device may be held twice in one pod: by an ordinary init container, which ends before the next
/// container starts, and by the container that takes it over.
public struct DevicePool: Sendable {
    /// Ascending by id.
    public let devices: [PooledDevice]
    /// Those of each resource, ascending by resource.
    let members: [Members]
    /// The place in `devices` of each id.
    private let places: [String: Int]
    let claimed: [ResourceName]
    /// Who holds each device, in the order in which they took it.
    var holders: [[PodHolder]]
    /// What a kubelet holds ready for later containers of one pod, by place: it forgets it only when another pod is
    /// prepared, not when the pod is gone.
    var remembered: (podUID: String, places: [Int]) = ("", [])

    /// Does as the kubelet's device manager where it is at fault.
    let imitatesKubelet: Bool

    /// The devices of one resource, by their places in `devices`, ascending.
    struct Members: Sendable {
        let resource: ResourceName
        var places: [Int] = []
        /// The same by locality, in order of first appearance. Few: as many as there are nodes that devices are near to.
        var groups: [(locality: Locality, places: [Int])] = []

        mutating func add(_ place: Int, _ locality: Locality) {
            places.append(place)
            if let group = groups.firstIndex(where: { $0.locality == locality }) {
                groups[group].places.append(place)
            } else {
                groups.append((locality, [place]))
            }
        }
    }

    /// The pool of these devices; of equal ids the first counts.
    ///
    /// - Parameters:
    ///   - claimed: resources that are answered for also while there is no device of them.
    ///   - imitatesKubelet: whether a whole pod that holds another number of devices than it asks for now has no place
    ///     at all, as after a restart of the kubelet.
    public init(_ devices: [PooledDevice], claimed: [ResourceName] = [], imitatesKubelet: Bool = false) {
        self.imitatesKubelet = imitatesKubelet
        self.claimed = claimed
        var sorted: [PooledDevice] = []
        for device in devices.sorted(by: { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) })
        where sorted.last?.id != device.id {
            sorted.append(device)
        }
        self.devices = sorted
        holders = Array(repeating: [], count: sorted.count)
        places = Dictionary(zip(sorted.map(\.id), sorted.indices)) { first, _ in first }
        var members: [ResourceName: Members] = [:]
        for place in sorted.indices {
            let resource = sorted[place].resource
            members[resource, default: Members(resource: resource)].add(place, sorted[place].locality)
        }
        for resource in claimed where members[resource] == nil { members[resource] = Members(resource: resource) }
        self.members = members.values.sorted { $0.resource < $1.resource }
    }

    /// The resources that have devices or are claimed, in ascending order.
    public var resources: [ResourceName] { members.map(\.resource) }

    /// Makes a device healthy or not; who holds it keeps it.
    public mutating func setHealth(_ isHealthy: Bool, of id: String) {
        guard let place = place(of: id), devices[place].isHealthy != isHealthy
        else { return }
        var changed = devices
        changed[place].isHealthy = isHealthy
        let (kept, left) = (holders, remembered)
        self = DevicePool(changed, claimed: claimed, imitatesKubelet: imitatesKubelet)
        holders = kept
        remembered = left
    }

    /// Free and total for each resource and place.
    public var stock: [Stock] {
        members.flatMap { members in
            let amounts = members.groups.map { group in
                (PooledDevice.shown(group.locality), count(group.places, isFree), UInt64(group.places.count))
            }
            return Self.grouped(amounts).map {
                Stock(members.resource, locality: $0.locality, free: $0.free, total: $0.total)
            }
        }
    }

    /// Every device, as the extension numa-hints.devices/1 lists it.
    public var listed: [ListedDevice] {
        devices.indices.map { place in
            let device = devices[place]
            return ListedDevice(
                id: device.id, resource: device.resource, locality: device.shownLocality,
                isHealthy: device.isHealthy, isFree: holders[place].isEmpty, group: device.group,
                path: device.path, problem: device.isHealthy ? nil : device.problem)
        }
    }

    func members(of resource: ResourceName) -> Members {
        for members in members where members.resource == resource { return members }
        return Members(resource: resource)
    }

    /// How many of them are so.
    func count(_ places: [Int], _ isSo: (Int) -> Bool) -> UInt64 {
        var count: UInt64 = 0
        for place in places where isSo(place) { count += 1 }
        return count
    }

    /// Whether somebody has the device.
    public func isHeld(_ id: String) -> Bool { place(of: id).map { !holders[$0].isEmpty } ?? false }

    /// The place of a device in `devices`.
    func place(of id: String) -> Int? { places[id] }

    func isFree(_ place: Int) -> Bool { devices[place].isHealthy && holders[place].isEmpty }

    /// The amounts added up by locality, in order of first appearance.
    static func grouped(
        _ amounts: [(locality: Locality, free: UInt64, total: UInt64)]
    ) -> [(locality: Locality, free: UInt64, total: UInt64)] {
        var sums: [(locality: Locality, free: UInt64, total: UInt64)] = []
        for (locality, free, total) in amounts {
            // Few places: as many as there are nodes that devices are near to.
            if let index = sums.firstIndex(where: { $0.locality == locality }) {
                sums[index].free += free
                sums[index].total += total
            } else {
                sums.append((locality, free, total))
            }
        }
        return sums
    }
}
