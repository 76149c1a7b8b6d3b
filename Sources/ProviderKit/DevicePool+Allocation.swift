// SPDX-License-Identifier: Apache-2.0

public import NUMACore

extension DevicePool {
    /// Sets aside what the request's container asks for; returns every device that it then holds.
    ///
    /// Devices are taken in this order, ascending by id inside each class: (1) those wanted, (2) those
    /// of the container itself, (3) those of init containers that will have ended, (4) those that touch
    /// the affinity, (5) others with nodes, (6) those without.
    ///
    /// Source: the kubelet's device manager, `devicesToAllocate`, but for (1).
    public mutating func prepare(
        _ request: ResourceRequest, _ placement: Placement
    ) throws(ProviderError) -> [Assignment] {
        let holder = try PodHolder(request)
        let subject = try request.requireSubject()
        if imitatesKubelet, remembered.podUID != holder.podUID { remembered = (holder.podUID, []) }
        var pieces: [Assignment] = []
        for amount in subject.requests where resources.contains(amount.resource) && amount.quantity > 0 {
            pieces += try take(amount, for: holder, request, placement)
        }
        if imitatesKubelet { remember(holder) }
        return pieces
    }

    /// Notes what a container has: it leaves it to later ones if it ends before they start, and uses it up if not.
    private mutating func remember(_ holder: PodHolder) {
        let own = devices.indices.filter { holders[$0].contains(holder) }
        remembered.places.removeAll(where: own.contains)
        if holder.kind == .initialization { remembered.places += own }
    }

    private mutating func take(
        _ amount: ResourceAmount, for holder: PodHolder, _ request: ResourceRequest, _ placement: Placement
    ) throws(ProviderError) -> [Assignment] {
        let members = members(of: amount.resource)
        let held = members.places.filter { holders[$0].contains(holder) }
        guard held.isEmpty || held.count == amount.quantity else {
            let text =
                "\(holder.container) holds \(held.count) \(amount.resource) already, \(amount.quantity) requested"
            throw ProviderError(.invalid, Reason(text, code: "held-otherwise"))
        }
        let supply = held.isEmpty ? supply(of: members.places, for: request, held: []) : Supply(free: held)
        let wanted = try wanted(amount.resource, placement, supply)
        guard supply.count >= amount.quantity, wanted.count <= amount.quantity else {
            throw ProviderError(
                .exhausted, shortage(of: amount.resource, members, supply, need: amount.quantity))
        }
        let affinity = placement.affinity.nodes
        func rank(_ place: Int) -> Int {
            if wanted.contains(place) { return 0 }
            if supply.reusable.contains(place) { return 1 }
            switch devices[place].locality {
            case .any: return affinity == nil ? 4 : 2
            case .nodes(let nodes):
                guard let affinity, !nodes.isEmpty else { return 4 }
                return nodes.intersects(affinity) ? 2 : 3
            case .unknown: return 4
            }
        }
        let places = supply.reusable.isEmpty ? supply.free : (supply.free + supply.reusable).sorted()
        let ranks = places.map(rank)
        var chosen: [Int] = []
        for best in 0...4 {
            for (place, rank) in zip(places, ranks) where rank == best && chosen.count < amount.quantity {
                chosen.append(place)
            }
        }
        return chosen.sorted().map { assign($0, to: holder) }
    }

    /// The places of the pieces that must be among those given.
    private func wanted(
        _ resource: ResourceName, _ placement: Placement, _ supply: Supply
    ) throws(ProviderError) -> [Int] {
        var places: [Int] = []
        for piece in placement.wanted where piece.resource == resource {
            guard case .device(let id, _) = piece.piece else {
                throw ProviderError(.invalid, "a piece of \(resource) is wanted that is not a device")
            }
            guard let place = (supply.free + supply.reusable).first(where: { devices[$0].id == id }) else {
                let text = "the \(resource) \(id) is wanted, which is not free"
                throw ProviderError(.exhausted, Reason(text, code: "wanted-device-not-free"))
            }
            if !places.contains(place) { places.append(place) }
        }
        return places
    }

    private mutating func assign(_ place: Int, to holder: PodHolder) -> Assignment {
        let device = devices[place]
        let before = holders[place].prefix { $0 != holder }
        if !holders[place].contains(holder) { holders[place].append(holder) }
        return Assignment(
            device.resource, .device(id: device.id, nodes: device.nodes), attributes: device.attributes,
            takenFrom: before.last { $0.kind == .initialization }?.container)
    }

    /// Frees what a holder has.
    public mutating func release(_ holder: Holder) {
        for place in holders.indices { holders[place].removeAll { $0.isPart(of: holder) } }
    }

    /// Takes down what an earlier process gave the request's container.
    public mutating func restore(_ request: ResourceRequest) throws(ProviderError) {
        let holder = try PodHolder(request)
        for piece in request.heldBySubject {
            guard case .device(let id, _) = piece.piece, !members(of: piece.resource).places.isEmpty else {
                continue
            }
            guard let place = place(of: id), devices[place].resource == piece.resource else {
                let text = "\(holder.container) holds the \(piece.resource) \(id), which is no longer there"
                throw ProviderError(.exhausted, Reason(text, code: "device-gone"))
            }
            if !holders[place].contains(holder) { holders[place].append(holder) }
        }
    }
}
