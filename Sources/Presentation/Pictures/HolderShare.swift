// SPDX-License-Identifier: Apache-2.0

import NUMACore

/// What one container holds on one node.
struct HolderShare: Hashable, Sendable {
    /// The pod's namespace and name, and the container's; what is not settled is marked.
    var holder: String
    /// `CPUs 2-3`, `memory 1Gi`, `vendor.com/gpu g0`.
    var things: [String]
    /// By resource, as it is counted.
    var amounts: ResourceAmounts

    var text: String { "\(holder): \(things.joined(separator: ", "))" }
}

extension NodeHoldings {
    /// Who holds what here, in the order in which they are first named: CPUs, memory, devices.
    var holders: [HolderShare] {
        var shares: [HolderShare] = []
        var places: [String: Int] = [:]
        func add(_ thing: String, _ resource: ResourceName, _ amount: UInt64, _ holder: Holder) {
            let place = places[holder.text] ?? shares.count
            if place == shares.count {
                places[holder.text] = place
                shares.append(HolderShare(holder: holder.text, things: [], amounts: [:]))
            }
            shares[place].things.append(thing)
            shares[place].amounts[resource] = (shares[place].amounts[resource] ?? 0).addingClamped(amount)
        }
        for held in heldCPUs {
            let count = CPUSet(list: held.cpus)?.count ?? 0
            add("CPUs \(held.cpus)", .cpu, UInt64(count) * 1000, held.holder)
        }
        for held in heldMemory {
            let resource = ResourceName(held.resource)
            let place = held.nodes.count > 1 ? " (on nodes \(NUMANodeMask(held.nodes).list))" : ""
            add("\(resource) \(resource.text(of: held.bytes))\(place)", resource, held.bytes, held.holder)
        }
        for device in devices {
            guard let holder = device.holder else { continue }
            let note = device.healthy ? "" : " (unhealthy)"
            add("\(device.resource) \(device.id)\(note)", ResourceName(device.resource), 1, holder)
        }
        return shares
    }
}
