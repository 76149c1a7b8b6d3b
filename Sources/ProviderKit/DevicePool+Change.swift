// SPDX-License-Identifier: Apache-2.0

extension DevicePool {
    /// Takes over what there is now. Who holds a device keeps it; one that is held and gone stays, as unhealthy, until it
    /// is released and the next change comes.
    ///
    /// - Returns: whether anything is different.
    @discardableResult
    public mutating func replace(with found: [PooledDevice]) -> Bool {
        var now = found
        let present = Set(found.map(\.id))
        for place in devices.indices where !present.contains(devices[place].id) && !holders[place].isEmpty {
            var gone = devices[place]
            gone.isHealthy = false
            gone.problem = "it is no longer there, or no longer what is offered"
            now.append(gone)
        }
        var pool = DevicePool(now, claimed: claimed, imitatesKubelet: imitatesKubelet)
        guard pool.devices != devices else { return false }
        var placesBefore: [String: Int] = [:]
        for place in devices.indices { placesBefore[devices[place].id] = place }
        for place in pool.devices.indices {
            guard let before = placesBefore[pool.devices[place].id] else { continue }
            pool.holders[place] = holders[before]
            if remembered.places.contains(before) { pool.remembered.places.append(place) }
        }
        pool.remembered.podUID = remembered.podUID
        self = pool
        return true
    }
}
