// SPDX-License-Identifier: Apache-2.0

package import NUMACore

/// What became of a device since it was last looked at.
package struct DeviceChange: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case came, gone, failed, recovered
    }

    package var kind: Kind
    package var resource: ResourceName
    package var id: String
    package var locality: Locality
    /// Why it failed, where that is known.
    package var problem: String?
}

/// Tells what changes among the devices of providers.
package struct DeviceWatch: Sendable {
    /// Ascending by resource and id; nil before the first look.
    private var known: [ListedDevice]?

    package init() {}

    /// What is different from the last look, in ascending order of resource and id; nothing at the first.
    ///
    /// - Parameter devices: all that there are, in any order. One that is held and was given up by its provider may still be
    ///   among them, as not healthy.
    package mutating func look(at devices: [ListedDevice]) -> [DeviceChange] {
        let now = devices.sorted(by: Self.precedes)
        defer { known = now }
        guard let known else { return [] }
        var changes: [DeviceChange] = []
        var (old, new) = (known[...], now[...])
        func change(_ kind: DeviceChange.Kind, _ device: ListedDevice) {
            let problem = kind == .failed ? device.problem : nil
            changes.append(
                DeviceChange(
                    kind: kind, resource: device.resource, id: device.id, locality: device.locality, problem: problem))
        }
        while let before = old.first ?? new.first, let after = new.first ?? old.first {
            if old.isEmpty || !new.isEmpty && Self.precedes(after, before) {
                change(.came, after)
                new.removeFirst()
            } else if new.isEmpty || Self.precedes(before, after) {
                change(.gone, before)
                old.removeFirst()
            } else {
                if before.isHealthy != after.isHealthy { change(after.isHealthy ? .recovered : .failed, after) }
                old.removeFirst()
                new.removeFirst()
            }
        }
        return changes
    }

    private static func precedes(_ one: ListedDevice, _ other: ListedDevice) -> Bool {
        (one.resource, one.id) < (other.resource, other.id)
    }
}
